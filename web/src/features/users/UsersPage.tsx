import { Button } from '@mantine/core';
import { IconPlus, IconUsers } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { client, unwrap, type FacetName, type PlanRequest, type User } from '../../api/client';
import { useMakePlan } from '../../shared/bulk';
import type { BulkName } from '../../shared/bulkWords';
import { CompletenessLine } from '../../shared/CompletenessLine';
import { EmptyFace, ErrorFace, LoadingFace } from '../../shared/Faces';
import { t } from '../../shared/i18n';
import { isBehindDialog, isTyping } from '../../shared/keys';
import { useLive } from '../../shared/live';
import { plural } from '../../shared/numbers';
import { useMay } from '../../shared/session';
import { clock } from '../../shared/time';
import { usePhone } from '../../shared/usePhone';
import { columnsParameter, parseColumns, type ColumnChoice } from './columnsModel';
import { FACET_OF_COLUMN } from './facetWords';
import { EMPTY_FILTER, conditions, fromExpression, toExpression, type FilterModel } from './filterModel';
import type { OwnName } from './OwnOfMany';
import { PageHead } from './PageHead';
import { formatSort, parseSort, sortParameter, type SortKey } from './sortModel';
import { SelectionBar } from './SelectionBar';
import { Toolbar } from './Toolbar';
import { useActionFlow } from './useActionFlow';
import { useSelection } from './useSelection';
import { listKey, type ListQuery } from './listQuery';
import { useUserPages } from './useUserPages';
import { UserCards } from './UserCards';
import { UsersTable } from './UsersTable';
import type { RowHandlers } from './UserRow';
import type { UsersSearch } from './search';
import type { View } from './viewsModel';
import { words } from './words';

// What is opened later is loaded later.
const UserDrawer = lazy(() => import('./drawer/UserDrawer').then((file) => ({ default: file.UserDrawer })));
const NewUser = lazy(() => import('./NewUser').then((file) => ({ default: file.NewUser })));
const BulkEdit = lazy(() => import('./BulkEdit').then((file) => ({ default: file.BulkEdit })));
const OwnOfMany = lazy(() => import('./OwnOfMany').then((file) => ({ default: file.OwnOfMany })));
const ExpressionBar = lazy(() => import('./ExpressionBar').then((file) => ({ default: file.ExpressionBar })));

const RETRY_S = 8;
const NONE: ReadonlyMap<string, number> = new Map();

export function UsersPage() {
  const search = useSearch({ from: '/shell/users' });
  const navigate = useNavigate();
  const queries = useQueryClient();
  const phone = usePhone();
  const go = useCallback((change: Partial<UsersSearch>, replace = false) => {
    void navigate({ to: '/users', search: (s) => ({ ...s, ...change }), replace });
  }, [navigate]);

  const sort = useMemo(() => parseSort(search.sort), [search.sort]);
  const filter = useMemo(() => fromExpression(search.filter), [search.filter]);
  const choice = useMemo(() => parseColumns(search.cols), [search.cols]);
  const [typed, setTyped] = useTyped(search.q, (q) => { go({ q }, true); });
  const query: ListQuery = useMemo(
    () => ({ scope: search.scope, q: typed, filter: toExpression(filter), sort: formatSort(sort) }),
    [search.scope, typed, filter, sort],
  );
  const [range, setRange] = useState<readonly [number, number]>([0, 0]);
  const onRange = useCallback((first: number, last: number) => {
    setRange((was) => (was[0] === first && was[1] === last ? was : [first, last]));
  }, []);
  const pages = useUserPages(query, range[0], range[1]);
  const late = useLate(pages.fetching || pages.old);
  const queryKey = listKey(query).join();

  const action = useActionFlow((id) => { go({ user: id }); });
  const [menuId, setMenuId] = useState<string | null>(null);
  const menu = (id: string | null) => {
    // The menu lives only while open: the focus is put back by hand.
    if (id === null && menuId) { const was = menuId; requestAnimationFrame(() => { document.getElementById(`dots-${was}`)?.focus(); }); }
    setMenuId(id);
  };
  const { expanded, expand } = useExpanded(queryKey);
  const selecting = useSelection(query, pages);
  const handlers = useRef<RowHandlers>({ open: () => undefined, menu: () => undefined, action: () => undefined, select: () => undefined, expand: () => undefined });
  handlers.current = { open: (user) => { go({ user: user.id }, search.user !== undefined); }, menu, action: action.start, select: selecting.select, expand };
  const [facet, setFacet] = useState<boolean | FacetName>(false);
  const [writing, setWriting] = useState(false);
  const [creating, setCreating] = useState(false);
  const mayCreate = useMay('users.create');

  const selectable = useMay('jobs.bulk');
  const plan = useMakePlan();
  const [changing, setChanging] = useState(false);
  const [own, setOwn] = useState<OwnName | null>(null);
  const preview = (name: string, parameters?: NonNullable<PlanRequest['parameters']>) => {
    const { scope, q, filter: expression } = query;
    const { all, users } = selecting.selection;
    plan.mutate({
      action: name, ...(parameters ? { parameters } : {}),
      selection: all ? { ...(expression ? { filter: expression } : {}), ...(q ? { q } : {}), ...(scope ? { scope } : {}) } : { ids: [...users.keys()] },
    }, { onSuccess: () => { setChanging(false); setOwn(null); } });
  };
  const act = (name: BulkName) => {
    const { all, users } = selecting.selection;
    const only = !all && users.size === 1 ? users.values().next().value : undefined;
    if (only && name !== 'contain' && name !== 'offboard') action.start(name, only);
    else if (name === 'edit') setChanging(true);
    else preview(name);
  };
  const actOwn = (name: OwnName) => {
    const { all, users } = selecting.selection;
    const only = !all && users.size === 1 ? users.values().next().value : undefined;
    plan.reset();
    if (only) action.start(name.action, only);
    else setOwn(name);
  };
  useEscape(selecting.count > 0 && !search.user && !search.job && !search.plan, selecting.clear);

  const changes = useQuietChanges(() => { void queries.invalidateQueries({ queryKey: ['users'] }); });
  const newer = useNewerCompleteness(search.scope, changes.since);
  const list = {
    pages, late, onRange, handlers, menuId, openId: search.user, queryKey, busy: action.busy, flashing: action.flashing, onPointer: changes.onPointer,
    selectable, isSelected: selecting.isSelected, expanded, onSelectPage: selecting.selectPage,
  };
  const setFilter = useCallback((next: FilterModel) => { go({ filter: toExpression(next) }); }, [go]);
  const setChoice = useCallback((next: ColumnChoice) => { go({ cols: columnsParameter(next) }, true); }, [go]);
  const setSort = useCallback((next: readonly SortKey[]) => { go({ sort: sortParameter(next) }); }, [go]);
  const setQ = useCallback((q: string) => { setTyped(q || undefined); }, [setTyped]);
  const setView = useCallback(({ q, filter: expression, sort: by, cols }: View) => { go({ q, filter: expression, sort: by, cols }); }, [go]);
  const write = useCallback(() => { setWriting((was) => !was); }, []);
  const create = useCallback(() => { setCreating(true); }, []);
  const newUser = useMemo<ReactNode>(() => (mayCreate ? <Button size="xs" leftSection={<IconPlus size={15} />} onClick={create}>{t('New user')}</Button> : null), [mayCreate, create]);
  return (
    <div className="page users">
      <PageHead total={pages.total} scopeTotal={pages.scopeTotal} unknown={pages.old && pages.error !== null} query={query}>{newUser}</PageHead>
      <Toolbar search={search} query={query} filter={filter} sort={sort} choice={choice} facet={facet} onFacet={setFacet} expression={writing} onExpression={write}
        onSearch={setQ} onFilter={setFilter} onSort={setSort} onChoice={setChoice} onView={setView} />
      <Suspense>{writing ? <ExpressionBar query={query} onApply={(expression) => { go({ filter: expression }); }} onClose={() => { setWriting(false); }} /> : null}</Suspense>
      <CompletenessLine of={pages.error && pages.old ? undefined : newer ?? pages.completeness} scope={search.scope} />
      <div className="listbox">
        {late && pages.fetching && !pages.pending ? <div className="progress" aria-hidden /> : null}
        {changes.since !== null ? <button type="button" className="newer" onClick={changes.show}>{words.changed}, <b>{words.show}</b></button> : null}
        {pages.error && !pages.pending ? <StaleNote asOf={pages.asOf} detail={pages.error.detail} /> : null}
        {pages.pending ? (
          pages.error ? <ErrorFace what={t('The list')} error={pages.error} retryInS={RETRY_S} onRetry={() => void queries.invalidateQueries({ queryKey: ['users'] })} /> : <LoadingFace what={t('users')} />
        ) : pages.total === 0 && !pages.old ? (
          <NoUsers pages={pages} set={conditions(filter) + (query.q ? 1 : 0)} onClear={() => { go({ filter: toExpression(EMPTY_FILTER), q: undefined }); }} />
        ) : phone ? <UserCards {...list} /> : (
          <UsersTable {...list} sort={sort} choice={choice} filter={filter} onSort={setSort} onChoice={setChoice} onFilter={setFilter} onFacet={(column) => { setFacet(FACET_OF_COLUMN[column] ?? true); }} />
        )}
        {selectable && !search.plan ? <SelectionBar selecting={selecting} query={query} total={pages.total ?? 0} onAction={act} onOwn={actOwn} busy={plan.isPending} /> : null}
      </div>
      <Suspense>{search.user ? <UserDrawer key={search.user} id={search.user} flow={action} onClose={() => { go({ user: undefined }); }} /> : null}</Suspense>
      <Suspense>{creating ? <NewUser scope={search.scope} onClose={(made) => { setCreating(false); if (made) go({ user: made.id }); }} /> : null}</Suspense>
      <Suspense>
        {changing ? (
          <BulkEdit users={selecting.count} connectors={selecting.selection.all ? undefined : [...new Set([...selecting.selection.users.values()].map((user) => user.connector))]} busy={plan.isPending}
            onPreview={(parameters) => { preview('edit', parameters); }} onClose={() => { setChanging(false); }} />
        ) : null}
      </Suspense>
      <Suspense>
        {own ? <OwnOfMany own={own} selection={selecting.selection} users={selecting.count} query={query} busy={plan.isPending} error={plan.error} onPreview={(parameters) => { preview(own.action, parameters); }} onClose={() => { setOwn(null); }} /> : null}
      </Suspense>
      {action.dialogs}
    </div>
  );
}

/** An answer that comes sooner is simply there: to dim the rows and light them again would take longer than the answer. */
const LATE_MS = 150;

function useLate(waiting: boolean): boolean {
  const [late, setLate] = useState(false);
  useEffect(() => {
    if (!waiting) return undefined;
    const timer = window.setTimeout(() => { setLate(true); }, LATE_MS);
    return () => { window.clearTimeout(timer); setLate(false); };
  }, [waiting]);
  return waiting && late;
}

/** How long the address waits for the fingers. The list does not: it asks at each letter. */
const ADDRESS_MS = 200;

/** What is searched for: what was typed, until the address has it too. */
function useTyped(q: string | undefined, tell: (q: string | undefined) => void) {
  const [typed, setTyped] = useState<{ q: string | undefined } | null>(null);
  const [known, setKnown] = useState(q);
  const [told, setTold] = useState(q);
  if (q !== known) {
    setKnown(q);
    // The address followed what was typed, unless more was typed meanwhile; or somebody went back or chose a view.
    if (q !== told || typed?.q === q) setTyped(null);
  }
  const latest = useRef(tell);
  latest.current = tell;
  useEffect(() => {
    if (!typed) return undefined;
    const timer = window.setTimeout(() => { setTold(typed.q); latest.current(typed.q); }, ADDRESS_MS);
    return () => { window.clearTimeout(timer); };
  }, [typed]);
  return [typed ? typed.q : q, useCallback((next: string | undefined) => { setTyped({ q: next }); }, [])] as const;
}

/** Esc ends the selection when nothing else is open. */
function useEscape(on: boolean, then: () => void) {
  const run = useRef(then);
  run.current = then;
  useEffect(() => {
    if (!on) return undefined;
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !event.defaultPrevented && !isTyping(event.target) && !isBehindDialog() && !document.querySelector('.mantine-Popover-dropdown, .mantine-Menu-dropdown')) run.current();
    };
    document.addEventListener('keydown', onKey);
    return () => { document.removeEventListener('keydown', onKey); };
  }, [on]);
}

/** Opened rows with their place. They belong to one query: another list closes them. */
function useExpanded(queryKey: string) {
  const [state, setState] = useState<{ key: string; rows: ReadonlyMap<string, number> }>({ key: queryKey, rows: NONE });
  const expanded = state.key === queryKey ? state.rows : NONE;
  const expand = (user: User, index: number) => {
    const rows = new Map(expanded);
    if (!rows.delete(user.id)) rows.set(user.id, index);
    setState({ key: queryKey, rows });
  };
  return { expanded, expand };
}

function StaleNote({ asOf, detail }: { asOf: string | undefined; detail: string }) {
  return <p className="stalenote" role="alert">{detail} {t('Shown as of {time}. It is tried again.', { time: asOf ? clock(asOf) : '–' })}</p>;
}

function NoUsers({ pages, set, onClear }: { pages: ReturnType<typeof useUserPages>; set: number; onClear: () => void }) {
  const unread = (pages.completeness?.unreachable ?? 0) + (pages.completeness?.never_read ?? 0);
  const missing = unread > 0 ? ` ${t('{organizations} could not be read, so a match there may be missing.', { organizations: plural(unread, 'organization') })}` : '';
  if (set > 0) {
    return (
      <EmptyFace title={words.noMatch} action={<Button variant="default" size="xs" onClick={onClear}>{words.clearAll}</Button>}>
        {set === 1 ? t('1 filter is set.') : t('{n} filters are set.', { n: set })}{missing}
      </EmptyFace>
    );
  }
  return (
    <EmptyFace title={words.noUsers} icon={IconUsers} action={<Link to="/organizations" search={(s) => ({ scope: s.scope })} className="lk">{words.connect}</Link>}>
      {words.noUsersWhy}{missing}
    </EmptyFace>
  );
}

/** Rows never reorder under the pointer: changes wait behind a button while it is in the list. */
function useQuietChanges(refresh: () => void) {
  const { onUsersChanged } = useLive();
  const inside = useRef(false);
  const [since, setSince] = useState<number | null>(null);
  const refreshRef = useRef(refresh);
  refreshRef.current = refresh;
  const show = useCallback(() => { setSince(null); refreshRef.current(); }, []);
  useEffect(() => onUsersChanged(() => { if (inside.current) setSince((was) => was ?? Date.now()); else show(); }), [onUsersChanged, show]);
  return { since, show, onPointer: useCallback((now: boolean) => { inside.current = now; }, []) };
}

/** How complete the list is by now, while its rows wait: the line does not. Asked for again with each event; undefined while they do not wait. */
function useNewerCompleteness(scope: string | undefined, since: number | null) {
  const now = useQuery({
    queryKey: ['completeness', scope, 'now'],
    queryFn: async ({ signal }) => (await unwrap(client.GET('/api/v1/completeness', { params: { query: { scope, limit: 1 } }, signal }))).completeness,
    enabled: since !== null,
    staleTime: 0,
  });
  return since !== null && now.dataUpdatedAt >= since ? now.data : undefined;
}
