import type { ActionName } from '../api/client';

/** The one verb of each action: in menus, titles, buttons, toasts and the activity trail. */
export const ACTION_WORD: Record<ActionName, string> = {
  unlock: 'Unlock',
  suspend: 'Suspend',
  unsuspend: 'Unsuspend',
  revoke_sessions: 'Sign out everywhere',
  reset_password: 'Reset password',
  force_password_change: 'Expire password',
  reset_mfa: 'Reset MFA',
  require_mfa: 'Require MFA',
  waive_mfa: 'Waive MFA',
  force_federated: 'Allow single sign-on only',
  allow_password: 'Allow password',
  activate: 'Activate',
  resend_invite: 'Resend invitation',
  revoke_invite: 'Revoke invitation',
  edit: 'Edit profile',
  add_to_group: 'Add to group',
  remove_from_group: 'Remove from group',
  assign_role: 'Assign role',
  restore: 'Restore',
  delete: 'Delete',
};

const OTHER_WORD: Record<string, string> = {
  sign_in: 'Sign in',
  sign_in_failed: 'Sign in refused',
  sign_out: 'Sign out',
  set_up: 'Set up',
  export: 'Export users',
  create_organization: 'New organization',
  edit_organization: 'Change organization',
  create_connection: 'Connect a directory',
  edit_connection: 'Change connection',
  delete_connection: 'Disconnect a directory',
  test_connection: 'Test connection',
  sync_connection: 'Read directory',
  accept_deletions: 'Accept held deletions',
  reject_deletions: 'Reject held deletions',
  'sync.held': 'Deletions held',
  'connection.state': 'Directory state',
};

function isActionName(verb: string): verb is ActionName {
  return verb in ACTION_WORD;
}

/** The word for any verb of the trail; one that is not known is shown as it is, spaced. */
export function verbWord(verb: string): string {
  if (isActionName(verb)) return ACTION_WORD[verb];
  const plain = verb.replace(/[._]/g, ' ');
  return OTHER_WORD[verb] ?? plain.charAt(0).toUpperCase() + plain.slice(1);
}
