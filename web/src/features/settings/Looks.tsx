import { SegmentedControl, Switch, useMantineColorScheme } from '@mantine/core';
import { chooseLanguage, currentLanguage, LANGUAGES, t, type Language } from '../../shared/i18n';
import { useDensity, useLetterKeys } from '../../shared/preferences';
import { Part } from './Part';

function isLanguage(value: string): value is Language {
  return value in LANGUAGES;
}

/** How the console looks here. */
export function Looks() {
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
