import {
  IconHistory, IconLayoutDashboard, IconPlug, IconProgress, IconSettings, IconSitemap, IconUserCheck, IconUserShield, IconUsers, type Icon,
} from '@tabler/icons-react';
import { t } from '../shared/i18n';

export type PagePath = '/overview' | '/users' | '/organizations' | '/jobs' | '/activity' | '/approvals' | '/connectors' | '/roles' | '/settings';

/** The pages in the order of the rail, each with the letter that goes there after G. */
export const PAGES: readonly { to: PagePath; word: string; icon: Icon; key: string; apart?: boolean }[] = [
  { to: '/overview', word: t('Overview'), icon: IconLayoutDashboard, key: 'o' },
  { to: '/users', word: t('Users'), icon: IconUsers, key: 'u' },
  { to: '/organizations', word: t('Organizations'), icon: IconSitemap, key: 'r' },
  { to: '/jobs', word: t('Jobs'), icon: IconProgress, key: 'j' },
  { to: '/activity', word: t('Activity'), icon: IconHistory, key: 'a' },
  { to: '/approvals', word: t('Approvals'), icon: IconUserCheck, key: 'p' },
  { to: '/connectors', word: t('Connectors'), icon: IconPlug, key: 'c' },
  { to: '/roles', word: t('Roles'), icon: IconUserShield, key: 'l' },
  { to: '/settings', word: t('Settings'), icon: IconSettings, key: 's', apart: true },
];
