import { useQuery } from '@tanstack/react-query';
import { client, unwrap } from '../../api/client';

/** What the connectors say about the users they have; none when that cannot be told now. */
export function useConnectors() {
  const connectors = useQuery({ queryKey: ['connectors'], queryFn: ({ signal }) => unwrap(client.GET('/api/v1/connectors', { signal })), staleTime: 60_000 });
  return connectors.data?.items ?? (connectors.isError ? [] : undefined);
}
