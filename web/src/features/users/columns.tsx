import { IconCloudOff } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { User } from '../../api/client';
import { Alerts } from '../../shared/Alerts';
import { connectorWord } from '../../shared/connectorWord';
import { flat } from '../../shared/flat';
import { t } from '../../shared/i18n';
import { mfaWords } from '../../shared/MfaCell';
import { pathText } from '../../shared/PathLine';
import { StatusBadge } from '../../shared/StatusBadge';
import { relative } from '../../shared/time';

/** A cell is one element as far as can be: a list has hundreds, and each element in them costs the time of a keystroke. */
export interface Cell {
  className?: string;
  /** Its text is somebody's own and goes in the direction of its letters. */
  own?: boolean;
  tip?: string | undefined;
  /** The time it shows; the hint tells it exactly. */
  time?: string;
  body: ReactNode;
}

const Cloud = flat(IconCloudOff);

function when(at: string | null | undefined, never: string): Cell {
  return at ? { time: at, body: relative(at) } : { className: 'mute', body: never };
}

function username(user: User): Cell {
  const name = <span className="ulink">{user.username}</span>;
  if (!user.alerts.includes('stale')) return { body: name };
  const age = relative(user.seen_at);
  return {
    className: 'flexed',
    body: <>{name}<span className="oldrow" role="img" aria-label={t('As of {age}', { age })} data-tip={t('Shown from an older reading, {age}', { age })}><Cloud size={13} aria-hidden /></span></>,
  };
}

function mfa(user: User): Cell {
  const { icon: Icon, word, note, className, tip } = mfaWords(user.mfa);
  return { className, tip, body: <><Icon size={15} stroke={1.8} aria-hidden />{word}{note ? <i>{note}</i> : null}</> };
}

/** The name, then the parent if it fits whole; the full path in the hint. */
function organization({ organization: { name, path } }: User): Cell {
  const parent = path.at(-1);
  return { className: 'orgc', tip: pathText([...path, name]), body: <><bdi className="on">{name}</bdi>{parent ? <bdi className="op">{parent}</bdi> : null}</> };
}

/** How a cell of each column is drawn. */
const CELLS: Record<string, (user: User) => Cell> = {
  status: (user) => ({ body: <StatusBadge status={user.status} cause={user.status_cause} /> }),
  username,
  first_name: (user) => ({ own: true, body: user.first_name }),
  last_name: (user) => ({ own: true, body: user.last_name }),
  email: (user) => ({ className: 'ink2', tip: user.email, body: user.email }),
  alerts: (user) => ({ body: <Alerts list={user.alerts} /> }),
  mfa,
  role: (user) => ({ className: 'ink2', tip: user.roles.length > 1 ? user.roles.join(', ') : undefined, body: user.roles.join(', ') || '–' }),
  organization,
  last_login_at: (user) => when(user.last_login_at, user.status === 'STAGED' || user.status === 'PROVISIONED' ? t('Never') : t('Not known')),
  created_at: (user) => when(user.created_at, t('Not known')),
  modified_at: (user) => when(user.modified_at, t('Not known')),
  display_name: (user) => ({ own: true, body: user.display_name }),
  phone: (user) => ({ className: 'ink2', body: user.phone || '–' }),
  connector: (user) => ({ className: 'ink2', own: true, tip: `${user.connection_name}, ${connectorWord(user.connector)}`, body: user.connection_name }),
  native_id: (user) => ({ className: 'mono', tip: user.native_id, body: user.native_id }),
  seen_at: (user) => when(user.seen_at, t('Never')),
};

const EMPTY: Cell = { body: null };

export function cellOf(id: string, user: User): Cell {
  return CELLS[id]?.(user) ?? EMPTY;
}

export const MENU_WIDTH = 40;
/** Checkbox and chevron. */
export const LEAD_WIDTH = 64;
