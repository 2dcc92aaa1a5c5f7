import {
  columnOrderingFeature, columnPinningFeature, columnSizingFeature, columnVisibilityFeature, createColumnHelper, rowSortingFeature, tableFeatures,
} from '@tanstack/react-table';
import type { User } from '../../api/client';
import { Alerts } from '../../shared/Alerts';
import { MfaCell } from '../../shared/MfaCell';
import { OrganizationCell } from '../../shared/OrganizationCell';
import { StatusBadge } from '../../shared/StatusBadge';
import { When } from '../../shared/When';
import { COLUMNS, PINNED } from './columnsModel';

export const features = tableFeatures({
  columnSizingFeature, columnOrderingFeature, columnPinningFeature, columnVisibilityFeature, rowSortingFeature,
});

const helper = createColumnHelper<typeof features, User>();

const CELLS: Record<string, (user: User) => React.ReactNode> = {
  status: (user) => <StatusBadge status={user.status} cause={user.status_cause} />,
  username: (user) => <span className="ulink">{user.username}</span>,
  first_name: (user) => <bdi>{user.first_name}</bdi>,
  last_name: (user) => <bdi>{user.last_name}</bdi>,
  email: (user) => <span className="ink2" data-tip={user.email}>{user.email}</span>,
  alerts: (user) => <Alerts list={user.alerts} />,
  mfa: (user) => <MfaCell mfa={user.mfa} />,
  role: (user) => <span className="ink2" data-tip={user.roles.length > 1 ? user.roles.join(', ') : undefined}>{user.roles.join(', ') || '–'}</span>,
  organization: (user) => <OrganizationCell name={user.organization.name} path={user.organization.path} />,
  last_login_at: (user) => <When at={user.last_login_at} never={user.status === 'STAGED' || user.status === 'PROVISIONED' ? 'Never' : 'Not known'} />,
  created_at: (user) => <When at={user.created_at} never="Not known" />,
  modified_at: (user) => <When at={user.modified_at} never="Not known" />,
};

export function renderCell(id: string, user: User): React.ReactNode {
  return CELLS[id]?.(user);
}

export const MENU_WIDTH = 40;

export const columns = helper.columns([
  ...[...PINNED, ...COLUMNS].map((spec) => helper.display({
    id: spec.id,
    header: spec.header,
    size: spec.width,
    cell: (context) => renderCell(spec.id, context.row.original),
  })),
  helper.display({ id: 'menu', header: 'Actions', size: MENU_WIDTH }),
]);
