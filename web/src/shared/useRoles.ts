import { queryOptions, useQuery } from '@tanstack/react-query';
import { client, unwrap } from '../api/client';

export const rolesQuery = queryOptions({
  queryKey: ['roles'],
  queryFn: ({ signal }) => unwrap(client.GET('/api/v1/roles', { signal })),
});

/** An organization with what the operator may do there. */
export function useOrganizationWithMine(slug: string) {
  return useQuery({
    queryKey: ['organization', slug],
    queryFn: ({ signal }) => unwrap(client.GET('/api/v1/organizations/{id}', { params: { path: { id: slug } }, signal })),
    enabled: slug !== '',
  });
}
