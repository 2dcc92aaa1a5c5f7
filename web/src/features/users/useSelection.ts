import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useRef, useState } from 'react';
import type { User, UserPage } from '../../api/client';
import { t } from '../../shared/i18n';
import { plural } from '../../shared/numbers';
import { toastOutcome } from '../../shared/toasts';
import { added, NOTHING, removed, toggled, type Selection } from './selectionModel';
import { fetchUsers, listKey, PAGE_ROWS, type ListQuery } from './listQuery';
import type { UserPages } from './useUserPages';

/** More rows than this are not gathered one by one: "all that match" is for that. */
const RANGE_MAX = 2_000;

/** The selection of the list. It survives paging and sorting; another filter, scope or search ends it, with an Undo. */
export function useSelection(query: ListQuery, pages: UserPages) {
  const queries = useQueryClient();
  const [selection, setSelection] = useState<Selection>(NOTHING);
  const anchor = useRef<number | null>(null);
  const key = [query.scope, query.q, query.filter].join('\u0000');
  const [knownKey, setKnownKey] = useState(key);
  if (key !== knownKey) {
    setKnownKey(key);
    anchor.current = null;
    if (selection.all) setSelection(NOTHING);
    else if (selection.users.size > 0) {
      const was = selection;
      setSelection(NOTHING);
      queueMicrotask(() => {
        toastOutcome({ outcome: 'skipped', text: t('The selection of {users} ended with the filter.', { users: plural(was.users.size, 'user') }), undo: () => { setSelection(was); } });
      });
    }
  }

  const select = useCallback((user: User, index: number, range: boolean, from?: number) => {
    const start = from ?? anchor.current;
    anchor.current = index;
    if (!range || start === null) { setSelection((was) => toggled(was, user)); return; }
    const low = Math.min(start, index);
    const high = Math.min(Math.max(start, index), low + RANGE_MAX);
    const first = Math.floor(low / PAGE_ROWS);
    const wanted = Array.from({ length: Math.floor(high / PAGE_ROWS) - first + 1 }, (_, i) => first + i);
    void Promise.all(wanted.map((page) => queries.fetchQuery<UserPage>({
      queryKey: [...listKey(query), page], queryFn: ({ signal }) => fetchUsers(query, page, signal), staleTime: 60_000,
    }))).then((found) => {
      const rows = found.flatMap((page) => page.items).slice(low - first * PAGE_ROWS, high - first * PAGE_ROWS + 1);
      setSelection((was) => added(was, rows));
    }, () => { setSelection((was) => added(was, [user])); });
  }, [queries, query]);

  const selectPage = useCallback((on: boolean) => {
    setSelection((was) => (on ? added(was, pages.rows) : removed(was, pages.rows)));
  }, [pages.rows]);

  return {
    selection,
    select,
    selectPage,
    selectAll: useCallback(() => { setSelection({ all: true, users: new Map() }); }, []),
    clear: useCallback(() => { setSelection(NOTHING); }, []),
    isSelected: useCallback((id: string) => selection.all || selection.users.has(id), [selection]),
    count: selection.all ? pages.total ?? 0 : selection.users.size,
  };
}

export type Selecting = ReturnType<typeof useSelection>;
