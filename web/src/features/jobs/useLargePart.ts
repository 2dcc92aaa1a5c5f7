import { useQueries } from '@tanstack/react-query';
import { client, unwrap, type Plan } from '../../api/client';
import { inDoubt, isLargePart } from './planModel';

/** Whether the plan changes a large part of some organization; undefined while that is not known. What cannot be counted is taken for large. */
export function useLargePart(plan: Plan): boolean | undefined {
  const doubts = inDoubt(plan);
  const sizes = useQueries({
    queries: doubts.map(({ id }) => ({
      queryKey: ['size', id],
      queryFn: async ({ signal }: { signal: AbortSignal }) => {
        const filter = `organization.id eq "${id}" and not (status eq "DELETED")`;
        return (await unwrap(client.GET('/api/v1/users', { params: { query: { filter, limit: 1 } }, signal }))).total;
      },
      staleTime: 30_000,
      retry: false,
    })),
  });
  if (sizes.some((size, i) => size.isError || (size.data !== undefined && isLargePart(doubts[i]?.change ?? 0, size.data)))) return true;
  return sizes.some((size) => size.data === undefined) ? undefined : false;
}
