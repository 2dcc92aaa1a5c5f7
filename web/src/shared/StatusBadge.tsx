import {
  IconCircleCheck, IconCircleDashed, IconClockExclamation, IconKey, IconLock, IconMail, IconPlayerPause, IconTrash,
} from '@tabler/icons-react';
import { flat, type FlatIcon } from './flat';
import { t } from './i18n';
import type { StatusCause, UserStatus } from '../api/client';

interface Look {
  word: string;
  icon: FlatIcon;
  /** Part of the class name, and of the token names. */
  tone: string;
  tip: string;
}

export const STATUS: Record<UserStatus, Look> = {
  ACTIVE: { word: t('Active'), icon: flat(IconCircleCheck), tone: 'active', tip: t('Full access.') },
  LOCKED_OUT: { word: t('Locked out'), icon: flat(IconLock), tone: 'locked', tip: t('Too many wrong passwords or codes.') },
  AWAITING_NEW_PASSWORD: { word: t('Password expired'), icon: flat(IconClockExclamation), tone: 'expired', tip: t('Must choose a new password at the next sign-in.') },
  RECOVERY: { word: t('Recovery'), icon: flat(IconKey), tone: 'recovery', tip: t('A password reset was requested and not finished.') },
  PROVISIONED: { word: t('Invited'), icon: flat(IconMail), tone: 'invited', tip: t('Invited. The first sign-in is not completed.') },
  STAGED: { word: t('Staged'), icon: flat(IconCircleDashed), tone: 'staged', tip: t('Created, not yet activated. No mail was sent.') },
  SUSPENDED: { word: t('Suspended'), icon: flat(IconPlayerPause), tone: 'suspended', tip: t('Disabled. Cannot sign in.') },
  DELETED: { word: t('Deleted'), icon: flat(IconTrash), tone: 'deleted', tip: t('Removed. Kept in the list because the directory retains it.') },
};

/** The fixed order of stacked pictures: neighbours differ in lightness. */
export const STATUS_ORDER: readonly UserStatus[] = [
  'ACTIVE', 'SUSPENDED', 'LOCKED_OUT', 'PROVISIONED', 'AWAITING_NEW_PASSWORD', 'RECOVERY', 'STAGED', 'DELETED',
];

export const CAUSE: Record<StatusCause, string> = { inactive: t('inactive'), operator: t('by operator'), backend: t('in directory') };

export function statusTip(status: UserStatus, cause: StatusCause | null): string {
  return STATUS[status].tip + (cause ? ` ${t('Cause: {cause}.', { cause: CAUSE[cause] })}` : '');
}

export function StatusBadge({ status, cause = null, withCause = false }: { status: UserStatus; cause?: StatusCause | null; withCause?: boolean }) {
  const { icon: Icon, tone, word } = STATUS[status];
  return (
    <span className={`badge b-${tone}`} data-tip={statusTip(status, cause)}>
      <Icon size={14} stroke={1.9} aria-hidden />
      {word}
      {withCause && cause ? <span className="cause">{CAUSE[cause]}</span> : null}
    </span>
  );
}
