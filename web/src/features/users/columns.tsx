import { IconCloudOff } from '@tabler/icons-react';
import type { User } from '../../api/client';
import { Alerts } from '../../shared/Alerts';
import { connectorWord } from '../../shared/connectorWord';
import { t } from '../../shared/i18n';
import { MfaCell } from '../../shared/MfaCell';
import { OrganizationCell } from '../../shared/OrganizationCell';
import { StatusBadge } from '../../shared/StatusBadge';
import { relative } from '../../shared/time';
import { When } from '../../shared/When';

/** How a cell of each column is drawn. */
const CELLS: Record<string, (user: User) => React.ReactNode> = {
  status: (user) => <StatusBadge status={user.status} cause={user.status_cause} />,
  username: (user) => (
    <>
      <span className="ulink">{user.username}</span>
      {user.alerts.includes('stale') ? (
        <span className="oldrow" role="img" aria-label={t('As of {age}', { age: relative(user.seen_at) })} data-tip={t('Shown from an older reading, {age}', { age: relative(user.seen_at) })}><IconCloudOff size={13} aria-hidden /></span>
      ) : null}
    </>
  ),
  first_name: (user) => <bdi>{user.first_name}</bdi>,
  last_name: (user) => <bdi>{user.last_name}</bdi>,
  email: (user) => <span className="ink2" data-tip={user.email}>{user.email}</span>,
  alerts: (user) => <Alerts list={user.alerts} />,
  mfa: (user) => <MfaCell mfa={user.mfa} />,
  role: (user) => <span className="ink2" data-tip={user.roles.length > 1 ? user.roles.join(', ') : undefined}>{user.roles.join(', ') || '–'}</span>,
  organization: (user) => <OrganizationCell name={user.organization.name} path={user.organization.path} />,
  last_login_at: (user) => <When at={user.last_login_at} never={user.status === 'STAGED' || user.status === 'PROVISIONED' ? t('Never') : t('Not known')} />,
  created_at: (user) => <When at={user.created_at} never={t('Not known')} />,
  modified_at: (user) => <When at={user.modified_at} never={t('Not known')} />,
  display_name: (user) => <bdi>{user.display_name}</bdi>,
  phone: (user) => <span className="ink2">{user.phone || '–'}</span>,
  connector: (user) => <span className="ink2" data-tip={`${user.connection_name}, ${connectorWord(user.connector)}`}><bdi>{user.connection_name}</bdi></span>,
  native_id: (user) => <span className="mono" data-tip={user.native_id}>{user.native_id}</span>,
  seen_at: (user) => <When at={user.seen_at} />,
};

export function renderCell(id: string, user: User): React.ReactNode {
  return CELLS[id]?.(user);
}

export const MENU_WIDTH = 40;
/** Checkbox and chevron. */
export const LEAD_WIDTH = 64;
