import { SegmentedControl, Switch, useMantineColorScheme } from '@mantine/core';
import type { ReactNode } from 'react';
import { chooseLanguage, currentLanguage, LANGUAGES, t, type Language } from '../../shared/i18n';
import { useDensity, useLetterKeys } from '../../shared/preferences';
import { useMe } from '../../shared/session';

/** What is set for oneself. */
export function SettingsPage() {
  return (
    <div className="page">
      <div className="phead"><h1>{t('Settings')}</h1></div>
      <div className="settings" tabIndex={0} role="region" aria-label={t('Settings')}>
        <Profile />
        <Looks />
      </div>
    </div>
  );
}

export function Part({ title, note, children }: { title: string; note?: string; children: ReactNode }) {
  return <section className="setpart"><div><h2>{title}</h2>{note ? <p className="mute">{note}</p> : null}</div><div className="setbody">{children}</div></section>;
}

function Profile() {
  const me = useMe();
  if (!me) return null;
  const { account, roles } = me;
  return (
    <Part title={t('Profile')} note={t('As your organization keeps it.')}>
      <dl>
        <div className="fld"><dt>{t('Name')}</dt><dd><bdi>{account.display_name || account.username}</bdi></dd></div>
        <div className="fld"><dt>{t('Username')}</dt><dd>{account.username}</dd></div>
        <div className="fld"><dt>{t('E-mail')}</dt><dd>{account.email || <span className="mute">{t('Not set')}</span>}</dd></div>
        {roles.map((grant) => <div className="fld" key={`${grant.role} ${grant.organization.id}`}><dt>{t('Role')}</dt><dd>{grant.title}, <bdi>{grant.organization.name}</bdi></dd></div>)}
        <div className="fld"><dt>{t('Server')}</dt><dd className="mono">Tenantry {me.version}</dd></div>
      </dl>
    </Part>
  );
}

function isLanguage(value: string): value is Language {
  return value in LANGUAGES;
}

function Looks() {
  const { colorScheme, setColorScheme } = useMantineColorScheme({ keepTransitions: true });
  const [density, setDensity] = useDensity();
  const [letters, setLetters] = useLetterKeys();
  return (
    <Part title={t('This browser')} note={t('Kept on this computer only.')}>
      <div className="setrow"><span id="set-language">{t('Language')}</span>
        <SegmentedControl size="xs" aria-labelledby="set-language" value={currentLanguage()} onChange={(value) => { if (isLanguage(value)) chooseLanguage(value); }} data={Object.entries(LANGUAGES).map(([value, label]) => ({ value, label }))} /></div>
      <div className="setrow"><span id="set-theme">{t('Theme')}</span>
        <SegmentedControl size="xs" aria-labelledby="set-theme" value={colorScheme} onChange={(value) => { setColorScheme(value === 'dark' || value === 'light' ? value : 'auto'); }}
          data={[{ value: 'light', label: t('Light') }, { value: 'dark', label: t('Dark') }, { value: 'auto', label: t('As the system') }]} /></div>
      <div className="setrow"><span id="set-density">{t('Row height')}</span>
        <SegmentedControl size="xs" aria-labelledby="set-density" value={density} onChange={(value) => { setDensity(value === 'comfortable' ? 'comfortable' : 'compact'); }} data={[{ value: 'compact', label: t('Compact') }, { value: 'comfortable', label: t('Comfortable') }]} /></div>
      <Switch size="xs" label={t('Single letters act')} description={t('U unlocks, S suspends, G U goes to Users, in a list that has the focus. Press ? for all keys.')} checked={letters} onChange={(event) => { setLetters(event.currentTarget.checked); }} />
    </Part>
  );
}
