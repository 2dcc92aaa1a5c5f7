import type { FacetName } from '../../api/client';
import { t } from '../../shared/i18n';

export const FACET_WORD: Record<FacetName, string> = {
  organization: t('Organization'),
  status: t('User state'),
  mfa: t('MFA'),
  role: t('Role'),
  connector: t('Connector'),
  alerts: t('Alerts'),
  connection: t('Directory'),
};

export const words = {
  title: t('Users'),
  match: t('match'),
  search: t('Name, e-mail or native id'),
  searchLabel: t('Search users'),
  filter: t('Filter'),
  columns: t('Columns'),
  export: t('Export CSV'),
  isAnyOf: t('is any of'),
  is: t('is'),
  condition: t('Condition'),
  clearAll: t('Clear filters'),
  apply: t('Apply'),
  clear: t('Clear'),
  changed: t('The list changed'),
  show: t('Show'),
  noMatch: t('No user matches'),
  noUsers: t('No users yet'),
  noUsersWhy: t('Connect a directory, and its users appear here.'),
  connect: t('Connect a directory'),
} as const;
