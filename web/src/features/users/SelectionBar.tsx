import { Menu } from '@mantine/core';
import { IconBan, IconDots, IconPuzzle, IconUserOff, IconX, type Icon } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { client, unwrap, type ActionName, type UserStatus } from '../../api/client';
import { bulkWord, type BulkName } from '../../shared/bulkWords';
import { t } from '../../shared/i18n';
import { count } from '../../shared/numbers';
import { STATUS } from '../../shared/StatusBadge';
import { ACTIONS } from './actions';
import { fromExpression } from './filterModel';
import type { OwnName } from './OwnOfMany';
import { countsOf, eligible, FROM, type Selection, type StatusCounts } from './selectionModel';
import { useConnectors } from './useConnectors';
import type { Selecting } from './useSelection';
import type { ListQuery } from './listQuery';

const FIRST: readonly ActionName[] = ['unlock', 'suspend', 'reset_password', 'reset_mfa', 'delete'];
const MORE: readonly BulkName[] = [
  'unsuspend', 'edit', 'revoke_sessions', 'contain', 'force_password_change', 'require_mfa', 'waive_mfa', 'force_federated', 'allow_password', 'activate', 'resend_invite', 'revoke_invite', 'restore', 'offboard',
];
const COMPOSITE: Readonly<Record<string, { icon: Icon; like: ActionName; tip: string }>> = {
  contain: { icon: IconBan, like: 'suspend', tip: t('Suspend, sign out everywhere, reset MFA') },
  offboard: { icon: IconUserOff, like: 'delete', tip: t('Suspend, sign out everywhere, reset MFA, then delete') },
};

interface Props {
  selecting: Selecting;
  query: ListQuery;
  total: number;
  onAction: (action: BulkName) => void;
  onOwn: (own: OwnName) => void;
  busy: boolean;
}

/** The states of all that match, counted by the server. */
function useCounts(all: boolean, { scope, q, filter }: ListQuery): StatusCounts | undefined {
  return useQuery({
    queryKey: ['facets', scope, q, filter, 'selection'],
    queryFn: async ({ signal }) => {
      const page = await unwrap(client.GET('/api/v1/users', { params: { query: { scope, q, filter, limit: 1, facets: ['status'] } }, signal }));
      // A facet is counted without the condition on itself: only what was chosen counts.
      const { chosen, other } = fromExpression(filter);
      if (other.some((expression) => /status/i.test(expression))) return undefined;
      const counted = (page.facets?.status ?? []).filter((item) => !chosen.status?.length || chosen.status.includes(item.value));
      return Object.fromEntries(counted.map((item) => [item.value, item.count]));
    },
    enabled: all,
  }).data;
}

/** What can be done with the selected users. Each button says how many are in a state that allows it. */
export function SelectionBar({ selecting, query, total, onAction, onOwn, busy }: Props) {
  const { selection, count: n } = selecting;
  const every = useCounts(selection.all, query);
  if (n === 0) return null;
  const counts = selection.all ? every : countsOf(selection.users.values());
  return (
    <div className="selbar" role="toolbar" aria-label={t('Selected users')}>
      <span className="selcount" aria-live="polite">
        <b>{count(n)}</b> {selection.all ? t('that match, frozen when you preview') : t('selected')}
        {!selection.all && total > n ? <button type="button" className="sellk" onClick={selecting.selectAll}>{t('Select all {n} that match', { n: count(total) })}</button> : null}
      </span>
      <i className="sdiv" />
      {FIRST.map((action) => <BarButton key={action} action={action} counts={counts} busy={busy} onAction={onAction} />)}
      <Menu position="top-end" width={300} withInitialFocusPlaceholder={false}>
        <Menu.Target><button type="button" className="selact" aria-label={t('More actions')}><IconDots size={16} aria-hidden /></button></Menu.Target>
        <Menu.Dropdown className="amenu tall" aria-label={t('More actions')}>
          {MORE.map((name) => <MoreItem key={name} name={name} counts={counts} onAction={onAction} />)}
          <OwnItems selection={selection} onOwn={onOwn} />
        </Menu.Dropdown>
      </Menu>
      <i className="sdiv" />
      <button type="button" className="selact" aria-label={t('Clear the selection')} onClick={selecting.clear}><IconX size={16} aria-hidden /><kbd>Esc</kbd></button>
    </div>
  );
}

function can(action: ActionName, counts: StatusCounts | undefined): number | null {
  return counts ? eligible(action, counts) : null;
}

function whyNot(action: ActionName): string {
  const words = FROM[action].map((status: UserStatus) => STATUS[status].word).join(', ');
  return t('None of them is in a state from which it starts: {states}.', { states: words });
}

function BarButton({ action, counts, busy, onAction }: { action: ActionName; counts: StatusCounts | undefined; busy: boolean; onAction: (action: BulkName) => void }) {
  const { icon: Icon } = ACTIONS[action];
  const n = can(action, counts);
  const off = n === 0;
  return (
    <button type="button" className="selact" aria-disabled={off || busy || undefined} data-tip={off ? whyNot(action) : t('By their state. The preview asks each directory.')}
      onClick={() => { if (!off && !busy) onAction(action); }}>
      <Icon size={16} stroke={1.8} aria-hidden /><span>{bulkWord(action)}</span>{n === null ? null : <em>{count(n)}</em>}
    </button>
  );
}

function isAction(name: BulkName): name is ActionName {
  return name in ACTIONS;
}

function MoreItem({ name, counts, onAction }: { name: BulkName; counts: StatusCounts | undefined; onAction: (action: BulkName) => void }) {
  const composite = COMPOSITE[name];
  const like = isAction(name) ? name : composite?.like ?? 'suspend';
  const LikeIcon = isAction(name) ? ACTIONS[name].icon : composite?.icon ?? IconBan;
  const n = can(like, counts);
  return (
    <Menu.Item leftSection={<LikeIcon size={16} stroke={1.7} aria-hidden />} aria-disabled={n === 0 || undefined} className={n === 0 ? 'aoff' : name === 'offboard' ? 'adanger' : ''} data-tip={n === 0 ? whyNot(like) : composite?.tip}
      rightSection={n === null ? null : <span className="why">{count(n)}</span>} onClick={() => { if (n !== 0) onAction(name); }}>
      {name === 'edit' ? t('Change an attribute') : bulkWord(name)}
    </Menu.Item>
  );
}

/** What the connectors of the selected users declare as their own. Of all that match it is not known where they live: every connector may be. */
function OwnItems({ selection, onOwn }: { selection: Selection; onOwn: (own: OwnName) => void }) {
  const connectors = useConnectors() ?? [];
  const live = new Map<string, number>();
  if (!selection.all) for (const { connector } of selection.users.values()) live.set(connector, (live.get(connector) ?? 0) + 1);
  return connectors.filter((one) => (one.connector_actions?.length ?? 0) > 0 && (selection.all || live.has(one.name))).map((connector) => (
    <div key={connector.name} role="group" aria-label={connector.title} className="agroup">
      <div className="ahead" aria-hidden>{connector.title}</div>
      {connector.connector_actions?.map(({ action, title, risk }) => (
        <Menu.Item key={action} leftSection={<IconPuzzle size={16} stroke={1.7} aria-hidden />} className={risk === 'high' ? 'adanger' : ''}
          rightSection={selection.all ? null : <span className="why">{count(live.get(connector.name) ?? 0)}</span>} onClick={() => { onOwn({ connector: connector.name, action, title }); }}>
          <bdi>{title}</bdi> …
        </Menu.Item>
      ))}
    </div>
  ));
}
