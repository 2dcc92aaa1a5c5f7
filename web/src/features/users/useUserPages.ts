import { useQueries, type UseQueryResult } from '@tanstack/react-query';
import { useCallback, useMemo, useState } from 'react';
import type { ApiError, Completeness, User, UserPage } from '../../api/client';
import { fetchUsers, listKey, PAGE_ROWS, type ListQuery } from './listQuery';

interface Known {
  key: string;
  rows: ReadonlyMap<number, User>;
  total: number;
  scopeTotal: number | undefined;
  completeness: Completeness | undefined;
  asOf: string;
}

export interface UserPages {
  rowAt: (index: number) => User | undefined;
  rows: readonly User[];
  /** The last exact total of this query; undefined when nothing is known. */
  total: number | undefined;
  scopeTotal: number | undefined;
  completeness: Completeness | undefined;
  asOf: string | undefined;
  /** Nothing was ever loaded. */
  pending: boolean;
  /** The rows are those of the query before; its own are on the way. */
  old: boolean;
  fetching: boolean;
  error: ApiError | null;
}

interface Combined {
  pages: (UserPage | undefined)[];
  fetching: boolean;
  error: ApiError | null;
}

function combine(results: UseQueryResult<UserPage>[]): Combined {
  return {
    pages: results.map((result) => result.data),
    fetching: results.some((result) => result.isFetching),
    error: results.find((result) => result.error)?.error ?? null,
  };
}

/** The pages under the virtualizer's range. Rows and total of the query before stay until the new ones are there. */
export function useUserPages(query: ListQuery, first: number, last: number): UserPages {
  const key = listKey(query).join('\u0000');
  const combined = useQueries({
    queries: Array.from({ length: last - first + 1 }, (_, i) => ({
      queryKey: [...listKey(query), first + i],
      queryFn: ({ signal }: { signal: AbortSignal }) => fetchUsers(query, first + i, signal),
    })),
    combine: useCallback(combine, []),
  });
  const { pages } = combined;

  const fresh = useMemo<Known | null>(() => {
    const rows = new Map<number, User>();
    let newest: UserPage | undefined;
    pages.forEach((page, i) => {
      page?.items.forEach((user, k) => rows.set((first + i) * PAGE_ROWS + k, user));
      if (page && (!newest || page.as_of > newest.as_of)) newest = page;
    });
    if (!newest) return null;
    return { key, rows, total: newest.total, scopeTotal: newest.scope_total, completeness: newest.completeness, asOf: newest.as_of };
  }, [pages, first, key]);

  // The last known total is kept apart: a jump to a page that is not loaded must not make the count 0.
  const [kept, setKept] = useState<Known | null>(null);
  if (fresh && fresh !== kept) setKept(fresh);
  const known = fresh ?? kept;
  const sameQuery = known?.key === key;

  return {
    rowAt: useCallback((index: number) => (fresh || !sameQuery ? known?.rows.get(index) : undefined), [known, fresh, sameQuery]),
    rows: useMemo(() => [...(known?.rows.values() ?? [])], [known]),
    total: known?.total,
    scopeTotal: known?.scopeTotal,
    completeness: known?.completeness,
    asOf: known?.asOf,
    pending: known === null,
    old: known !== null && !sameQuery,
    fetching: combined.fetching,
    error: combined.error,
  };
}
