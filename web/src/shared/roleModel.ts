import type { Organization, Permission, Role } from '../api/client';
import { t } from './i18n';
import { missing, PERMISSION_COUNT, permissionWord } from './permissions';

const BUILT_IN: Readonly<Record<string, string>> = {
  platform_administrator: t('Platform administrator'),
  distributor_administrator: t('Distributor administrator'),
  partner_administrator: t('Partner administrator'),
  tenant_administrator: t('Tenant administrator'),
  help_desk: t('Help desk'),
  auditor: t('Auditor'),
  user: t('User, own profile only'),
};

const MEANING: Readonly<Record<string, string>> = {
  platform_administrator: t('Everything, everywhere below the platform.'),
  distributor_administrator: t('Everything in a distributor and below.'),
  partner_administrator: t('Everything in a partner and below.'),
  tenant_administrator: t('Everything in one tenant.'),
  help_desk: t('Helps people in: unlocks, resets, invites again.'),
  auditor: t('Looks, and changes nothing.'),
  user: t('Signs in and keeps the own profile.'),
};

/** Built-in roles are called in the language of the page. */
export function roleName(role: { id: string; name: string }): string {
  return BUILT_IN[role.id] ?? role.name;
}

/** What a role is for, in one line. */
export function roleMeaning(role: Role): string {
  return MEANING[role.id] ?? summary(role.permissions);
}

const NAMED = 3;

/** The first few in plain words, and how many more. */
export function summary(permissions: readonly Permission[]): string {
  if (permissions.length === 0) return t('Nothing beyond one’s own profile.');
  if (permissions.length === PERMISSION_COUNT) return t('Everything.');
  const words = permissions.slice(0, NAMED).map(permissionWord).join(', ');
  const rest = permissions.length - NAMED;
  return rest > 0 ? t('{words} and {n} more', { words, n: rest }) : words;
}

/** Why this role cannot be given on an organization by whoever holds `held` there; empty when it can. */
export function whyNotGiven(role: Role, where: Pick<Organization, 'slug' | 'name' | 'path'>, held: readonly Permission[]): string {
  const lacking = missing(role.permissions, held);
  if (lacking.length > 0) return t('it may more than you: {words}', { words: permissionWord(lacking[0] ?? '') });
  const home = role.organization;
  if (home && home.slug !== where.slug && !where.path.includes(home.name)) return t('it belongs to {name}', { name: home.name });
  return '';
}

/** The end of a day in GMT, as the server wants it; undefined for no end. */
export function endOfDay(day: string): string | undefined {
  return /^\d{4}-\d\d-\d\d$/.test(day) ? `${day}T23:59:59Z` : undefined;
}
