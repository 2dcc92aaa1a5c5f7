import {
  IconCircleCheck, IconCircleDashed, IconClockExclamation, IconKey, IconLock, IconMail, IconPlayerPause, IconTrash, type Icon,
} from '@tabler/icons-react';
import type { StatusCause, UserStatus } from '../api/client';

interface Look {
  word: string;
  icon: Icon;
  /** Part of the class name, and of the token names. */
  tone: string;
  tip: string;
}

export const STATUS: Record<UserStatus, Look> = {
  ACTIVE: { word: 'Active', icon: IconCircleCheck, tone: 'active', tip: 'Full access.' },
  LOCKED_OUT: { word: 'Locked out', icon: IconLock, tone: 'locked', tip: 'Too many wrong passwords or codes.' },
  AWAITING_NEW_PASSWORD: { word: 'Password expired', icon: IconClockExclamation, tone: 'expired', tip: 'Must choose a new password at the next sign-in.' },
  RECOVERY: { word: 'Recovery', icon: IconKey, tone: 'recovery', tip: 'A password reset was requested and not finished.' },
  PROVISIONED: { word: 'Invited', icon: IconMail, tone: 'invited', tip: 'Invited. The first sign-in is not completed.' },
  STAGED: { word: 'Staged', icon: IconCircleDashed, tone: 'staged', tip: 'Created, not yet activated. No mail was sent.' },
  SUSPENDED: { word: 'Suspended', icon: IconPlayerPause, tone: 'suspended', tip: 'Disabled. Cannot sign in.' },
  DELETED: { word: 'Deleted', icon: IconTrash, tone: 'deleted', tip: 'Removed. Kept in the list because the directory retains it.' },
};

/** The fixed order of stacked pictures: neighbours differ in lightness. */
export const STATUS_ORDER: readonly UserStatus[] = [
  'ACTIVE', 'SUSPENDED', 'LOCKED_OUT', 'PROVISIONED', 'AWAITING_NEW_PASSWORD', 'RECOVERY', 'STAGED', 'DELETED',
];

export const CAUSE: Record<StatusCause, string> = { inactive: 'inactive', operator: 'by operator', backend: 'in directory' };

export function statusTip(status: UserStatus, cause: StatusCause | null): string {
  return STATUS[status].tip + (cause ? ` Cause: ${CAUSE[cause]}.` : '');
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
