import {
  IconBuildingBank, IconClockExclamation, IconKey, IconLockOpen, IconLogout, IconMailForward, IconMailX, IconPencil, IconPlayerPause, IconPlayerPlay,
  IconRestore, IconSend, IconShieldOff, IconShieldPlus, IconTrash, IconUserCog, IconUsersMinus, IconUsersPlus, IconLockAccess, IconShieldMinus, type Icon,
} from '@tabler/icons-react';
import { currentLanguage, t } from '../../shared/i18n';
import type { ActionEligibility, ActionName, ReasonCode } from '../../api/client';

/**
 * What an action needs before it runs on one user: nothing because it can be undone (now), a word about what
 * happens (confirm), the user's e-mail typed (typed), the form of the details (form), a role and where
 * (role), or values that this console cannot ask for yet (elsewhere).
 */
export type Needs = 'now' | 'confirm' | 'typed' | 'form' | 'role' | 'elsewhere';

export interface ActionLook {
  icon: Icon;
  needs: Needs;
  key?: string;
  danger?: boolean;
  /** What the dialog says before the action runs; {user} and {email} are filled in. */
  consequence?: string;
}

export const ACTIONS: Record<ActionName, ActionLook> = {
  unlock: { icon: IconLockOpen, needs: 'now', key: 'U' },
  suspend: { icon: IconPlayerPause, needs: 'now', key: 'S' },
  unsuspend: { icon: IconPlayerPlay, needs: 'now' },
  revoke_sessions: { icon: IconLogout, needs: 'confirm', consequence: t('{user} is signed out everywhere. This cannot be taken back.') },
  reset_password: {
    icon: IconKey, needs: 'confirm', key: 'R',
    consequence: t('The present password stops working. A temporary password is shown to you once; {user} must choose a new one at the next sign-in.'),
  },
  force_password_change: { icon: IconClockExclamation, needs: 'confirm', consequence: t('{user} must choose a new password at the next sign-in.') },
  reset_mfa: { icon: IconShieldOff, needs: 'confirm', consequence: t('{user} registers a second factor again at the next sign-in.') },
  require_mfa: { icon: IconShieldPlus, needs: 'now' },
  waive_mfa: { icon: IconShieldMinus, needs: 'now' },
  force_federated: { icon: IconBuildingBank, needs: 'now' },
  allow_password: { icon: IconLockAccess, needs: 'now' },
  activate: { icon: IconSend, needs: 'confirm', consequence: t('A mail goes to {email}.') },
  resend_invite: { icon: IconMailForward, needs: 'confirm', consequence: t('A new link goes to {email}. The old link stops working.') },
  revoke_invite: { icon: IconMailX, needs: 'now' },
  edit: { icon: IconPencil, needs: 'form', key: 'E' },
  add_to_group: { icon: IconUsersPlus, needs: 'elsewhere' },
  remove_from_group: { icon: IconUsersMinus, needs: 'elsewhere' },
  assign_role: { icon: IconUserCog, needs: 'role' },
  restore: { icon: IconRestore, needs: 'confirm', consequence: t('{user} comes back as the directory retained it.') },
  delete: { icon: IconTrash, needs: 'typed', danger: true, consequence: t('{user} is removed from the directory. Whether it can be restored depends on the directory.') },
};

/** The menu: all actions in one fixed order, so that nothing moves under the pointer. */
export const ACTION_GROUPS: readonly { label: string; actions: readonly ActionName[] }[] = [
  { label: t('Access'), actions: ['unlock', 'suspend', 'unsuspend', 'revoke_sessions'] },
  { label: t('Password and MFA'), actions: ['reset_password', 'force_password_change', 'reset_mfa', 'require_mfa', 'waive_mfa', 'force_federated', 'allow_password'] },
  { label: t('Invitation'), actions: ['activate', 'resend_invite', 'revoke_invite'] },
  { label: t('Record'), actions: ['edit', 'add_to_group', 'remove_from_group', 'assign_role', 'restore', 'delete'] },
];

export const REASON_WORD: Record<ReasonCode, string> = {
  wrong_state: t('Not in this state'),
  already_so: t('Already so'),
  connector_cannot: t('Directory cannot'),
  permission_missing: t('Permission missing'),
  protected: t('Protected'),
  organization_in_maintenance: t('In maintenance'),
  organization_suspended: t('Organization suspended'),
  unknown_organization: t('Organization unknown'),
  approval_needed: t('Needs approval'),
  unreachable: t('Directory unreachable'),
  changed_since: t('Changed meanwhile'),
  secret_unseen: t('Password shown to nobody'),
  no_image: t('Former values not kept'),
};

export interface Possibility {
  allowed: boolean;
  /** For the menu, at most 28 characters. */
  short: string;
  /** For the tooltip. */
  detail: string;
}

const SHORT_MAX = 28;

/** Whether the action can be chosen here and now, and if not why. undefined: the server has not told yet. */
export function possibility(action: ActionName, eligibility: readonly ActionEligibility[] | undefined): Possibility {
  if (!eligibility) return { allowed: false, short: '', detail: '' };
  const told = eligibility.find((item) => item.action === action);
  if (!told) return { allowed: false, short: t('Not offered here'), detail: t('The server does not offer this action for this user.') };
  if (told.allowed && ACTIONS[action].needs === 'elsewhere') {
    return { allowed: false, short: t('Not in the console yet'), detail: t('This needs values that the console cannot ask for yet. The API can do it.') };
  }
  return judged(told);
}

/** What the server said of one action, for the menu; also of one that the connector declares itself. */
export function judged(told: Pick<ActionEligibility, 'allowed' | 'reason' | 'emulated'>): Possibility {
  if (told.allowed) return { allowed: true, short: '', detail: told.emulated ?? '' };
  // The server's words are English; in another language the kind of reason is said instead.
  const short = (currentLanguage() === 'en' ? told.reason?.short : undefined) ?? (told.reason ? REASON_WORD[told.reason.code] : t('Not allowed'));
  return { allowed: false, short: short.slice(0, SHORT_MAX), detail: told.reason?.detail ?? short };
}

/** Of Tenantry's own accounts, where it differs: links go by mail, and what is deleted is kept. */
const OF_ACCOUNTS: Partial<Record<ActionName, string>> = {
  reset_password: t('The present password stops working. A link to choose a new one goes to {email}; it is good for two hours.'),
  force_password_change: t('{user} must choose a new password at the next sign-in. A mail to {email} says so.'),
  restore: t('{user} is invited again: a link goes to {email}.'),
  delete: t('{user} cannot sign in any more and stays in the list as deleted. It can be restored by a new invitation.'),
};

/** What the dialog says before an action runs on this user. */
export function consequenceOf(action: ActionName, user: { connector: string; username: string; email: string }): string {
  const text = (user.connector === 'org.tenantry.portal' ? OF_ACCOUNTS[action] : undefined) ?? ACTIONS[action].consequence;
  return text ? fill(text, user) : '';
}

export function fill(text: string, user: { username: string; email: string }): string {
  return text.replace('{user}', user.username).replace('{email}', user.email || user.username);
}
