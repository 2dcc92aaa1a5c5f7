import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import { client, setCsrfToken, unwrap, type Me, type Permission } from '../api/client';

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: async () => {
    const me = await unwrap(client.GET('/api/v1/me'));
    setCsrfToken(me.csrf_token);
    return me;
  },
  staleTime: 5 * 60_000,
  retry: (failures, error) => error.status !== 401 && failures < 2,
});

/** The operator. Only used below the shell, which renders nothing before there is one. */
export function useMe(): Me | undefined {
  return useQuery(meQuery).data;
}

export function useMay(permission: Permission): boolean {
  return useMe()?.permissions.includes(permission) ?? false;
}

/** Forgets everything that was loaded for the operator before, and loads the new one. */
export function useForgetOperator() {
  const queries = useQueryClient();
  return () => {
    setCsrfToken('');
    queries.clear();
  };
}
