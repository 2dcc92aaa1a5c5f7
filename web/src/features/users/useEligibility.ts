import { queryOptions, useQuery } from '@tanstack/react-query';
import { client, unwrap, type ActionEligibility, type ConnectorAction } from '../../api/client';

interface Possibilities {
  items: readonly ActionEligibility[];
  connector_actions?: readonly ConnectorAction[];
}

const KNOWN_MS = 5_000;

export function possibilitiesOf(id: string) {
  return queryOptions({
    queryKey: ['user', id, 'actions'],
    queryFn: ({ signal }): Promise<Possibilities> => unwrap(client.GET('/api/v1/users/{id}/actions', { params: { path: { id } }, signal })),
    staleTime: KNOWN_MS,
  });
}

const everybodys = (known: Possibilities) => known.items;
const own = (known: Possibilities) => known.connector_actions ?? [];

/** What can be done with this user now, and why the rest cannot. */
export function useEligibility(id: string, enabled = true) {
  return useQuery({ ...possibilitiesOf(id), enabled, select: everybodys });
}

/** The actions that the user's connector declares as its own; none while they are not known. */
export function useOwnActions(id: string, enabled = true): readonly ConnectorAction[] {
  return useQuery({ ...possibilitiesOf(id), enabled, select: own }).data ?? [];
}
