import { Tabs } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { ComponentType } from 'react';
import { t } from '../../shared/i18n';
import { useMay, useMe } from '../../shared/session';
import { Looks } from './Looks';
import { Mail } from './Mail';
import { Policies } from './Policies';
import { Profile } from './Profile';
import { Security } from './Security';
import { Sessions } from './Sessions';
import { Tokens } from './Tokens';

export { Part } from './Part';

interface SettingsPart {
  key: string;
  word: string;
  show: ComponentType;
}

function useParts(): SettingsPart[] {
  const policies = useMay('policies.manage');
  const platform = useMe()?.scope.kind === 'platform';
  return [
    { key: 'profile', word: t('Profile'), show: ProfileAndLooks },
    { key: 'security', word: t('Security'), show: Security },
    { key: 'sessions', word: t('Sessions'), show: Sessions },
    { key: 'tokens', word: t('API tokens'), show: Tokens },
    ...(policies ? [{ key: 'policies', word: t('Policies'), show: Policies }] : []),
    ...(policies && platform ? [{ key: 'mail', word: t('Mail'), show: Mail }] : []),
  ];
}

function ProfileAndLooks() {
  return <><Profile /><Looks /></>;
}

/** What is set for oneself, and for the server by whoever may. */
export function SettingsPage() {
  const { part } = useSearch({ from: '/shell/settings' });
  const navigate = useNavigate();
  const parts = useParts();
  const shown = parts.find(({ key }) => key === part) ?? parts[0];
  if (!shown) return null;
  return (
    <div className="page">
      <div className="phead"><h1>{t('Settings')}</h1></div>
      <Tabs value={shown.key} onChange={(key) => { void navigate({ to: '/settings', search: (s) => ({ ...s, part: key === 'profile' || key === null ? undefined : key }) }); }} className="ptabs" keepMounted={false}>
        <Tabs.List aria-label={t('Settings')}>{parts.map(({ key, word }) => <Tabs.Tab key={key} value={key}>{word}</Tabs.Tab>)}</Tabs.List>
        {parts.map(({ key, show: Show }) => <Tabs.Panel key={key} value={key}><div className="settings"><Show /></div></Tabs.Panel>)}
      </Tabs>
    </div>
  );
}
