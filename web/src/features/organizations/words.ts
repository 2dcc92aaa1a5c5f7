import type { OrganizationKind } from '../../api/client';

export const KIND_WORD: Record<OrganizationKind, string> = { platform: 'Platform', distributor: 'Distributor', partner: 'Partner', tenant: 'Tenant' };

export const words = {
  title: 'Organizations',
  find: 'Find an organization',
  all: 'All',
  problems: 'With problems',
  connect: 'Connect a directory',
  create: 'New organization',
  noMatch: 'No organization matches',
  noProblems: 'Nothing needs a look',
  noProblemsWhy: 'Every directory in scope was read whole and recently.',
  none: 'No organizations yet',
  noneWhy: 'Make the first one, then connect its directory.',
  syncNow: 'Sync now',
  syncStarted: 'Reading has started.',
  held: 'The last reading was whole, but it missed more users than usual. Nobody is removed until you decide.',
  accept: 'They are gone: accept',
  reject: 'Keep them',
  noDirectory: 'No directory yet',
} as const;
