import type { ActionName, User, UserStatus } from '../../api/client';

/** Either users chosen one by one (they survive paging), or all that match the filter. */
export interface Selection {
  all: boolean;
  users: ReadonlyMap<string, User>;
}

export const NOTHING: Selection = { all: false, users: new Map() };

export function toggled(selection: Selection, user: User): Selection {
  const users = new Map(selection.all ? [] : selection.users);
  if (!users.delete(user.id)) users.set(user.id, user);
  return { all: false, users };
}

export function added(selection: Selection, more: readonly User[]): Selection {
  return { all: false, users: new Map([...(selection.all ? [] : selection.users), ...more.map((user) => [user.id, user] as const)]) };
}

export function removed(selection: Selection, gone: readonly User[]): Selection {
  const users = new Map(selection.all ? [] : selection.users);
  for (const user of gone) users.delete(user.id);
  return { all: false, users };
}

const LIVE: readonly UserStatus[] = ['ACTIVE', 'RECOVERY', 'AWAITING_NEW_PASSWORD', 'LOCKED_OUT', 'PROVISIONED', 'STAGED', 'SUSPENDED'];

/** From which states an action starts. The plan asks each directory; this only counts beforehand. */
export const FROM: Readonly<Record<ActionName, readonly UserStatus[]>> = {
  unlock: ['LOCKED_OUT'],
  suspend: ['ACTIVE', 'RECOVERY', 'AWAITING_NEW_PASSWORD', 'LOCKED_OUT', 'PROVISIONED'],
  unsuspend: ['SUSPENDED'],
  force_password_change: ['ACTIVE', 'RECOVERY'],
  reset_password: ['ACTIVE', 'AWAITING_NEW_PASSWORD', 'RECOVERY', 'LOCKED_OUT'],
  activate: ['STAGED'],
  resend_invite: ['PROVISIONED'],
  revoke_invite: ['PROVISIONED'],
  restore: ['DELETED'],
  reset_mfa: LIVE,
  require_mfa: LIVE,
  waive_mfa: LIVE,
  force_federated: LIVE,
  allow_password: LIVE,
  revoke_sessions: LIVE,
  edit: LIVE,
  assign_role: LIVE,
  add_to_group: LIVE,
  remove_from_group: LIVE,
  delete: LIVE,
};

export type StatusCounts = Partial<Record<UserStatus, number>>;

export function countsOf(users: Iterable<User>): StatusCounts {
  const counts: StatusCounts = {};
  for (const user of users) counts[user.status] = (counts[user.status] ?? 0) + 1;
  return counts;
}

/** How many of them are in a state from which the action starts. */
export function eligible(action: ActionName, counts: StatusCounts): number {
  return FROM[action].reduce((sum, status) => sum + (counts[status] ?? 0), 0);
}
