import { useQuery } from '@tanstack/react-query';
import { client, unwrap } from '../../api/client';

/** What can be done with this user now, and why the rest cannot. */
export function useEligibility(id: string, enabled = true) {
  return useQuery({
    queryKey: ['user', id, 'actions'],
    queryFn: async ({ signal }) => (await unwrap(client.GET('/api/v1/users/{id}/actions', { params: { path: { id } }, signal }))).items,
    enabled,
    staleTime: 5_000,
  });
}
