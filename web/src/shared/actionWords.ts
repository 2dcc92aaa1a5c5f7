import type { ActionName } from '../api/client';
import { connectorWord } from './connectorWord';
import { t } from './i18n';

/** The one verb of each action: in menus, titles, buttons, toasts and the activity trail. */
export const ACTION_WORD: Record<ActionName, string> = {
  unlock: t('Unlock'),
  suspend: t('Suspend'),
  unsuspend: t('Unsuspend'),
  revoke_sessions: t('Sign out everywhere'),
  reset_password: t('Reset password'),
  force_password_change: t('Expire password'),
  reset_mfa: t('Reset MFA'),
  require_mfa: t('Require MFA'),
  waive_mfa: t('Waive MFA'),
  force_federated: t('Allow single sign-on only'),
  allow_password: t('Allow password'),
  activate: t('Activate'),
  resend_invite: t('Resend invitation'),
  revoke_invite: t('Revoke invitation'),
  edit: t('Edit profile'),
  add_to_group: t('Add to group'),
  remove_from_group: t('Remove from group'),
  assign_role: t('Assign role'),
  restore: t('Restore'),
  delete: t('Delete'),
};

const OTHER_WORD: Record<string, string> = {
  sign_in: t('Sign in'),
  sign_in_failed: t('Sign in refused'),
  sign_out: t('Sign out'),
  set_up: t('Set up'),
  export: t('Export users'),
  create_organization: t('New organization'),
  edit_organization: t('Change organization'),
  create_connection: t('Connect a directory'),
  edit_connection: t('Change connection'),
  delete_connection: t('Disconnect a directory'),
  test_connection: t('Test connection'),
  sync_connection: t('Read directory'),
  accept_deletions: t('Accept held deletions'),
  reject_deletions: t('Reject held deletions'),
  'job.confirm': t('Confirm job'),
  'job.approve': t('Approve job'),
  'job.approval_expired': t('Approval expired'),
  'job.override': t('Run job without approval'),
  'job.review': t('Look at job'),
  'job.pause': t('Pause job'),
  'job.resume': t('Resume job'),
  'job.cancel': t('Cancel job'),
  'job.retry': t('Retry what failed'),
  'job.settle': t('Settle an outcome'),
  'sync.held': t('Deletions held'),
  'connection.state': t('Directory state'),
};

export function isActionName(verb: string): verb is ActionName {
  return Object.hasOwn(ACTION_WORD, verb);
}

const OWN = /^x\.([^.]+)\.(.+)$/;

/** "x.ldap.move" is "Move (LDAP)" where the connector's own title is not known. */
function ownWord(verb: string): string | null {
  const [, vendor, name] = OWN.exec(verb) ?? [];
  return vendor && name ? `${spaced(name)} (${connectorWord(vendor)})` : null;
}

/** The name of a thing in plain letters: "failed_logins" is "Failed logins". */
export function spaced(name: string): string {
  const plain = name.replace(/[._]/g, ' ');
  return plain.charAt(0).toUpperCase() + plain.slice(1);
}

/** The word for any verb of the trail; one that is not known is shown as it is, spaced. */
export function verbWord(verb: string): string {
  if (isActionName(verb)) return ACTION_WORD[verb];
  return OTHER_WORD[verb] ?? ownWord(verb) ?? spaced(verb);
}

/** Every verb the trail is known to hold. */
export const VERBS: readonly string[] = [...Object.keys(ACTION_WORD), ...Object.keys(OTHER_WORD)];

/** What an entry of the trail is about where it is no user: a job is named by what it does. */
export function targetWord({ action, target }: { action: string; target: { name: string } }): string {
  return action.startsWith('job.') && target.name ? verbWord(target.name) : target.name || '–';
}
