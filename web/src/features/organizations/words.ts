import type { OrganizationKind } from '../../api/client';
import { t } from '../../shared/i18n';

export const KIND_WORD: Record<OrganizationKind, string> = { platform: t('Platform'), distributor: t('Distributor'), partner: t('Partner'), tenant: t('Tenant') };

export const words = {
  title: t('Organizations'),
  find: t('Find an organization'),
  all: t('All'),
  problems: t('With problems'),
  connect: t('Connect a directory'),
  create: t('New organization'),
  noMatch: t('No organization matches'),
  noProblems: t('Nothing needs a look'),
  noProblemsWhy: t('Every directory in scope was read whole and recently.'),
  none: t('No organizations yet'),
  noneWhy: t('Make the first one, then connect its directory.'),
  syncNow: t('Sync now'),
  syncStarted: t('Reading has started.'),
  held: t('The last reading was whole, but it missed more users than usual. Nobody is removed until you decide.'),
  accept: t('They are gone: accept'),
  reject: t('Keep them'),
  noDirectory: t('No directory yet'),
} as const;
