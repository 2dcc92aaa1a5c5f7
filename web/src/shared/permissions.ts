import type { Permission } from '../api/client';
import { t } from './i18n';

/** What each permission lets somebody do, in plain words; in the order in which people ask. */
export const PERMISSION_GROUPS: readonly { title: string; items: readonly { permission: Permission; word: string; hint?: string }[] }[] = [
  {
    title: t('Users'), items: [
      { permission: 'users.view', word: t('See users') },
      { permission: 'users.create', word: t('Make accounts') },
      { permission: 'users.edit', word: t('Edit profiles, give and take roles') },
      { permission: 'users.invite', word: t('Send and revoke invitations') },
      { permission: 'users.suspend', word: t('Suspend, and take it back') },
      { permission: 'users.unlock', word: t('Unlock') },
      { permission: 'users.reset_password', word: t('Reset passwords, or let them expire') },
      { permission: 'users.reset_mfa', word: t('Reset the second factor') },
      { permission: 'users.require_mfa', word: t('Require or waive a second factor') },
      { permission: 'users.delete', word: t('Delete and restore') },
      { permission: 'users.export', word: t('Export lists of users') },
      { permission: 'users.view_activity', word: t('See what was done to a user') },
    ],
  },
  {
    title: t('Jobs'), items: [
      { permission: 'jobs.bulk', word: t('Act on many users at once') },
      { permission: 'jobs.approve', word: t('Approve the jobs of others') },
    ],
  },
  {
    title: t('Organizations and trust'), items: [
      { permission: 'orgs.manage', word: t('Make, move and suspend organizations') },
      { permission: 'connections.manage', word: t('Connect directories') },
      { permission: 'roles.manage', word: t('Make and change roles') },
      { permission: 'policies.manage', word: t('Set policies') },
      { permission: 'tokens.manage', word: t('Make API tokens, and revoke those of others') },
      { permission: 'audit.view', word: t('See and export the activity') },
    ],
  },
];

const WORDS = new Map<string, string>(PERMISSION_GROUPS.flatMap(({ items }) => items.map(({ permission, word }) => [permission, word])));

export const PERMISSION_COUNT = WORDS.size;

/** A permission of a newer server is shown by its name. */
export function permissionWord(permission: string): string {
  return WORDS.get(permission) ?? permission;
}

/** The permissions among `wanted` that are not `held`. */
export function missing(wanted: readonly Permission[], held: readonly Permission[]): Permission[] {
  return wanted.filter((one) => !held.includes(one));
}
