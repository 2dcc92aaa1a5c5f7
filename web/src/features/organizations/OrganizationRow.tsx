import { IconAlertTriangle, IconChevronRight, IconUserMinus } from '@tabler/icons-react';
import { t } from '../../shared/i18n';
import { memo } from 'react';
import type { Organization } from '../../api/client';
import { Freshness } from '../../shared/Freshness';
import { count, percent, plural } from '../../shared/numbers';
import { StateBar } from '../../shared/StateBar';
import { mfaShare, needsLook } from './treeModel';
import { SyncButton } from './SyncButton';

interface Props {
  organization: Organization;
  top: number;
  index: number;
  closed: boolean;
  opened: boolean;
  onToggle: (id: string) => void;
  onOpen: (organization: Organization) => void;
}

export const OrganizationRow = memo(function OrganizationRow({ organization, top, index, closed, opened, onToggle, onOpen }: Props) {
  const { name, kind, depth, children, users, alerts, connections, state, matched } = organization;
  const connection = connections.length === 1 ? connections[0] : undefined;
  const connectors = [...new Set(connections.map((one) => one.name || one.connector))].join(', ');
  return (
    <div role="row" aria-level={depth + 1} aria-rowindex={index + 2} aria-expanded={children > 0 ? !closed : undefined} style={{ top }}
      className={`otr k-${kind}${opened ? ' on' : ''}${matched === false ? ' unmatched' : ''}`} onClick={() => { onOpen(organization); }}>
      <span role="gridcell" className="oname" style={{ paddingLeft: depth * 16 }}>
        {children > 0 ? (
          <button type="button" className={closed ? 'xbtn' : 'xbtn o'} aria-label={closed ? t('Open {name}', { name }) : t('Close {name}', { name })} onClick={(event) => { event.stopPropagation(); onToggle(organization.id); }}>
            <IconChevronRight size={15} aria-hidden />
          </button>
        ) : <i className="xsp" />}
        <button type="button" className="olink"><bdi>{name}</bdi></button>
        {kind === 'tenant' ? null : <span className="kind">{t(kind)}</span>}
        {state === 'active' ? null : <span className="kind warnt">{t(state)}</span>}
      </span>
      <span role="gridcell" className="r tn">{users > 0 ? count(users) : <span className="mute">0</span>}</span>
      <span role="gridcell">{users > 0 ? <StateBar counts={organization.status_counts} /> : <span className="mute">{t('No users read yet')}</span>}</span>
      <span role="gridcell"><Coverage organization={organization} /></span>
      <span role="gridcell" className="r tn"><span className="mute" data-tip={t('{users} with an alert', { users: plural(alerts, 'user') })}>{alerts > 0 ? count(alerts) : '–'}</span></span>
      <span role="gridcell" className="ink2 ell" data-tip={connectors || undefined}>{connectors || <span className="mute">{organization.directories > 0 ? t('{n} below', { n: count(organization.directories) }) : '–'}</span>}</span>
      <span role="gridcell" className="odata">
        <Data organization={organization} />
        <span className="grow" />
        {connection ? <SyncButton id={connection.id} name={name} compact /> : null}
      </span>
    </div>
  );
});

function Data({ organization }: { organization: Organization }) {
  const { health } = organization;
  if (health.held_deletions > 0 && organization.connections.some((one) => one.held_deletions > 0)) {
    return <span className="fresh f-stale" data-tip={t('A mass deletion waits for your decision.')}><IconUserMinus size={14} aria-hidden />{plural(health.held_deletions, 'deletion')} {t('held')}</span>;
  }
  const look = needsLook(organization);
  if (look) return <span className="fresh f-stale" data-tip={t('{stale} stale, {unreachable} unreachable, {never} never read', { stale: count(health.stale), unreachable: count(health.unreachable), never: count(health.never_read) })}><IconAlertTriangle size={14} aria-hidden />{look}</span>;
  return <Freshness of={{ state: health.state, since: health.since, asOf: health.as_of ?? null, error: health.error }} />;
}

const BAR = 44;
const LOW = 0.6;

/** Enrolled is filled, unknown hatched: it is never drawn as No. */
function Coverage({ organization }: { organization: Organization }) {
  const share = mfaShare(organization);
  if (!share) return <span className="mute">–</span>;
  const { enrolled, unknown } = organization.mfa_counts;
  const known = share.total - unknown;
  const words = t('On {on}, off {off}, unknown {unknown}', { on: count(enrolled), off: count(known - enrolled), unknown: count(unknown) });
  return (
    <span className="ocov" data-tip={words}>
      <svg width={BAR} height="6" role="img" aria-label={words}>
        <defs>
          <pattern id="hatch" width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="2" height="4" fill="var(--c-unknown)" /></pattern>
        </defs>
        <rect width={BAR} height="6" rx="2" fill="var(--c-track)" />
        <rect width={BAR * share.enrolled} height="6" rx="2" fill={known > 0 && enrolled / known < LOW ? 'var(--c-expired)' : 'var(--c-bar)'} />
        <rect x={BAR * share.enrolled} width={BAR * share.unknown} height="6" fill="url(#hatch)" />
      </svg>
      <span className="tn">{known > 0 ? percent(enrolled, share.total) : <span className="mute">{t('Unknown')}</span>}</span>
    </span>
  );
}
