import { Button } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconDownload, IconUsers } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { client, unwrap, type ActionName, type User } from '../../api/client';
import { CompletenessLine } from '../../shared/CompletenessLine';
import { EmptyFace, ErrorFace, LoadingFace } from '../../shared/Faces';
import { useLive } from '../../shared/live';
import { count, plural } from '../../shared/numbers';
import { useMay, useMe } from '../../shared/session';
import { clock } from '../../shared/time';
import { ActionDialog } from './ActionDialog';
import { ACTIONS, possibility } from './actions';
import { columnsParameter, parseColumns } from './columnsModel';
import { UserDrawer } from './drawer/UserDrawer';
import { EMPTY_FILTER, conditions, fromExpression, toExpression } from './filterModel';
import { SecretDialog } from './SecretDialog';
import { clickSort, formatSort, parseSort, sortParameter } from './sortModel';
import { Toolbar } from './Toolbar';
import { useRunAction } from './useRunAction';
import { listKey, useUserPages, type ListQuery } from './useUserPages';
import { UserCards } from './UserCards';
import { UsersTable } from './UsersTable';
import type { RowHandlers } from './UserRow';
import type { UsersSearch } from './search';
import { words } from './words';

const RETRY_S = 8;

export function UsersPage() {
  const search = useSearch({ from: '/shell/users' });
  const navigate = useNavigate();
  const queries = useQueryClient();
  const phone = useMediaQuery('(max-width: 700px)', matchMedia('(max-width: 700px)').matches);
  const go = useCallback((change: Partial<UsersSearch>, replace = false) => {
    void navigate({ to: '/users', search: (s) => ({ ...s, ...change }), replace });
  }, [navigate]);

  const sort = useMemo(() => parseSort(search.sort), [search.sort]);
  const filter = useMemo(() => fromExpression(search.filter), [search.filter]);
  const choice = useMemo(() => parseColumns(search.cols), [search.cols]);
  const query: ListQuery = useMemo(
    () => ({ scope: search.scope, q: search.q, filter: toExpression(filter), sort: formatSort(sort) }),
    [search.scope, search.q, filter, sort],
  );
  const [range, setRange] = useState<readonly [number, number]>([0, 0]);
  const onRange = useCallback((first: number, last: number) => {
    setRange((was) => (was[0] === first && was[1] === last ? was : [first, last]));
  }, []);
  const pages = useUserPages(query, range[0], range[1]);

  const action = useActionFlow((id) => { go({ user: id }); });
  const [menuId, setMenuId] = useState<string | null>(null);
  const menu = (id: string | null) => {
    // The menu lives only while open: the focus is put back by hand.
    if (id === null && menuId) { const was = menuId; requestAnimationFrame(() => { document.getElementById(`dots-${was}`)?.focus(); }); }
    setMenuId(id);
  };
  const handlers = useRef<RowHandlers>({ open: () => undefined, menu: () => undefined, action: () => undefined });
  handlers.current = { open: (user) => { go({ user: user.id }, search.user !== undefined); }, menu, action: action.start };

  const changes = useQuietChanges(() => { void queries.invalidateQueries({ queryKey: ['users'] }); });
  const list = {
    pages, onRange, handlers, menuId, openId: search.user, queryKey: listKey(query).join(), busy: action.busy, flashing: action.flashing, onPointer: changes.onPointer,
  };
  return (
    <div className="page users">
      <PageHead pages={pages} query={query} />
      <Toolbar query={query} filter={filter} sort={sort} choice={choice}
        onSearch={(q) => { go({ q: q || undefined }, true); }}
        onFilter={(next) => { go({ filter: toExpression(next) }); }}
        onSort={(next) => { go({ sort: sortParameter(next) }); }}
        onChoice={(next) => { go({ cols: columnsParameter(next) }, true); }} />
      <CompletenessLine of={pages.error && pages.old ? undefined : pages.completeness} scope={search.scope} />
      <div className="listbox">
        {pages.fetching && !pages.pending ? <div className="progress" aria-hidden /> : null}
        {changes.waiting ? <button type="button" className="newer" onClick={changes.show}>{words.changed}, <b>{words.show.toLowerCase()}</b></button> : null}
        {pages.error && !pages.pending ? <StaleNote asOf={pages.asOf} detail={pages.error.detail} /> : null}
        {pages.pending ? (
          pages.error ? <ErrorFace what="The list" error={pages.error} retryInS={RETRY_S} onRetry={() => void queries.invalidateQueries({ queryKey: ['users'] })} /> : <LoadingFace what="users" />
        ) : pages.total === 0 && !pages.old ? (
          <NoUsers pages={pages} set={conditions(filter) + (query.q ? 1 : 0)} onClear={() => { go({ filter: toExpression(EMPTY_FILTER), q: undefined }); }} />
        ) : phone ? <UserCards {...list} /> : (
          <UsersTable {...list} sort={sort} choice={choice}
            onSort={(id, add) => { go({ sort: sortParameter(clickSort(sort, id, add)) }); }}
            onChoice={(next) => { go({ cols: columnsParameter(next) }, true); }} />
        )}
      </div>
      {search.user ? <UserDrawer key={search.user} id={search.user} flow={action} onClose={() => { go({ user: undefined }); }} /> : null}
      {action.dialogs}
    </div>
  );
}

function PageHead({ pages, query }: { pages: ReturnType<typeof useUserPages>; query: ListQuery }) {
  const me = useMe();
  const mayExport = useMay('users.export');
  const scope = useQuery({
    queryKey: ['organization', query.scope],
    queryFn: ({ signal }) => unwrap(client.GET('/api/v1/organizations/{id}', { params: { path: { id: query.scope ?? '' } }, signal })),
    enabled: query.scope !== undefined,
  });
  const where = query.scope ? scope.data?.name ?? query.scope : me?.scope.name ?? '';
  const narrowed = Boolean(query.q ?? query.filter);
  const unknown = pages.total === undefined || (pages.old && pages.error !== null);
  const parameters = new URLSearchParams({ format: 'csv', sort: query.sort });
  for (const [name, value] of [['scope', query.scope], ['q', query.q], ['filter', query.filter]] as const) if (value) parameters.set(name, value);
  return (
    <div className="phead">
      <h1>{words.title}</h1>
      <div className="ptotal" aria-live="polite">
        <b>{unknown ? '–' : count(pages.total ?? 0)}</b>
        {narrowed ? <span>{words.match}</span> : null}
        <span className="mute">{narrowed && pages.scopeTotal !== undefined ? `of ${count(pages.scopeTotal)} ` : ''}in <bdi>{where}</bdi></span>
      </div>
      <span className="grow" />
      {mayExport ? (
        <Button variant="default" size="xs" className="hide-s" leftSection={<IconDownload size={15} />} component="a" href={`/api/v1/users/export?${parameters.toString()}`} download>
          {words.export}
        </Button>
      ) : null}
    </div>
  );
}

function StaleNote({ asOf, detail }: { asOf: string | undefined; detail: string }) {
  return <p className="stalenote" role="alert">{detail} Shown as of {asOf ? clock(asOf) : 'an earlier time'}. It is tried again.</p>;
}

function NoUsers({ pages, set, onClear }: { pages: ReturnType<typeof useUserPages>; set: number; onClear: () => void }) {
  const unread = (pages.completeness?.unreachable ?? 0) + (pages.completeness?.never_read ?? 0);
  const missing = unread > 0 ? ` ${plural(unread, 'organization')} could not be read, so a match there may be missing.` : '';
  if (set > 0) {
    return (
      <EmptyFace title={words.noMatch} action={<Button variant="default" size="xs" onClick={onClear}>{words.clearAll}</Button>}>
        {set === 1 ? '1 filter is set.' : `${String(set)} filters are set.`}{missing}
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
  const [waiting, setWaiting] = useState(false);
  const refreshRef = useRef(refresh);
  refreshRef.current = refresh;
  const show = useCallback(() => { setWaiting(false); refreshRef.current(); }, []);
  useEffect(() => onUsersChanged(() => { if (inside.current) setWaiting(true); else show(); }), [onUsersChanged, show]);
  return { waiting, show, onPointer: useCallback((now: boolean) => { inside.current = now; }, []) };
}

export type ActionFlow = ReturnType<typeof useActionFlow>;

/** From a chosen action to its end: at once, by a dialog, or in the form of the details. */
function useActionFlow(openDetails: (id: string) => void) {
  const { run, busy, flashing, put } = useRunAction();
  const queries = useQueryClient();
  const [asked, setAsked] = useState<{ action: ActionName; user: User } | null>(null);
  const [secret, setSecret] = useState<{ user: User; text: string } | null>(null);
  const [editing, setEditing] = useState<string | null>(null);

  const start = async (action: ActionName, user: User) => {
    const eligibility = await queries.fetchQuery({
      queryKey: ['user', user.id, 'actions'],
      queryFn: async () => (await unwrap(client.GET('/api/v1/users/{id}/actions', { params: { path: { id: user.id } } }))).items,
      staleTime: 5_000,
    }).catch(() => undefined);
    if (eligibility && !possibility(action, eligibility).allowed) return;
    const { needs } = ACTIONS[action];
    if (needs === 'form') { setEditing(user.id); openDetails(user.id); }
    else if (needs === 'now') await run(action, user);
    else setAsked({ action, user });
  };
  const dialogs = (
    <>
      {asked ? (
        <ActionDialog action={asked.action} user={asked.user} busy={busy.has(asked.user.id)} onCancel={() => { setAsked(null); }}
          onConfirm={(more) => {
            void run(asked.action, asked.user, more).then((result) => {
              if (result) setAsked(null);
              if (result?.secret) setSecret({ user: result.user, text: result.secret });
            });
          }} />
      ) : null}
      {secret ? <SecretDialog user={secret.user} secret={secret.text} onClose={() => { setSecret(null); }} /> : null}
    </>
  );
  return { start: (action: ActionName, user: User) => void start(action, user), busy, flashing, put, dialogs, editing, setEditing };
}
