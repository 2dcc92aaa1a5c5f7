import { queryOptions } from '@tanstack/react-query';
import { client, unwrap, type UserPage } from '../../api/client';
import { fromExpression, toExpression } from './filterModel';
import type { UsersSearch } from './search';
import { formatSort, parseSort } from './sortModel';

export const PAGE_ROWS = 100;

/** What the server is asked for, apart from the page. */
export interface ListQuery {
  scope: string | undefined;
  q: string | undefined;
  filter: string | undefined;
  sort: string;
}

export function listKey(query: ListQuery) {
  return ['users', query.scope ?? '', query.q ?? '', query.filter ?? '', query.sort] as const;
}

export function fetchUsers(query: ListQuery, page: number, signal: AbortSignal): Promise<UserPage> {
  const { scope, q, filter, sort } = query;
  return unwrap(client.GET('/api/v1/users', { params: { query: { scope, q, filter, sort, offset: page * PAGE_ROWS, limit: PAGE_ROWS } }, signal }));
}

/** The first page of the list at an address: asked for while the page itself is still on its way. */
export function firstPage({ scope, q, filter, sort }: UsersSearch) {
  const query: ListQuery = { scope, q, filter: toExpression(fromExpression(filter)), sort: formatSort(parseSort(sort)) };
  return queryOptions({ queryKey: [...listKey(query), 0], queryFn: ({ signal }) => fetchUsers(query, 0, signal) });
}
