import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import { client, unwrap } from '../../api/client';

const PAGE = 200;

/** The whole tree in scope, page after page as it is needed; while a filter works on all rows, all are fetched. */
export function useOrganizations(scope: string | undefined, q: string | undefined, whole: boolean) {
  const list = useInfiniteQuery({
    queryKey: ['organizations', 'tree', scope ?? '', q ?? ''],
    queryFn: ({ pageParam, signal }) => unwrap(client.GET('/api/v1/organizations', {
      params: { query: { scope, q, mode: 'tree', offset: pageParam, limit: PAGE } }, signal,
    })),
    initialPageParam: 0,
    getNextPageParam: (last, pages) => {
      const loaded = pages.reduce((sum, page) => sum + page.items.length, 0);
      return loaded < last.total && last.items.length > 0 ? loaded : undefined;
    },
    placeholderData: keepPreviousData,
    refetchInterval: (query) => (query.state.data?.pages.some((page) => page.items.some((item) => item.health.never_read > 0)) ? 4_000 : false),
  });
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  useEffect(() => {
    if (whole && hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [whole, hasNextPage, isFetchingNextPage, fetchNextPage]);
  const pages = list.data?.pages;
  const items = useMemo(() => pages?.flatMap((page) => page.items) ?? [], [pages]);
  return { list, items, total: pages?.[0]?.total, completeness: pages?.[0]?.completeness };
}
