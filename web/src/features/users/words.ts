import type { FacetName } from '../../api/client';

export const FACET_WORD: Record<FacetName, string> = {
  organization: 'Organization',
  status: 'User state',
  mfa: 'MFA',
  role: 'Role',
  connector: 'Connector',
  alerts: 'Alerts',
  connection: 'Directory',
};

export const words = {
  title: 'Users',
  match: 'match',
  search: 'Name, e-mail or native id',
  searchLabel: 'Search users',
  filter: 'Filter',
  columns: 'Columns',
  export: 'Export CSV',
  isAnyOf: 'is any of',
  is: 'is',
  condition: 'Condition',
  clearAll: 'Clear filters',
  apply: 'Apply',
  clear: 'Clear',
  changed: 'The list changed',
  show: 'Show',
  noMatch: 'No user matches',
  noUsers: 'No users yet',
  noUsersWhy: 'Connect a directory, and its users appear here.',
  connect: 'Connect a directory',
} as const;
