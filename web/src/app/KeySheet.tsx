import { ActionIcon, Kbd, Modal, Switch } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { Fragment } from 'react';
import { t } from '../shared/i18n';
import { useLetterKeys } from '../shared/preferences';
import { PAGES } from './pages';

const SHEET: readonly { title: string; keys: readonly (readonly [string, string])[] }[] = [
  { title: t('Everywhere'), keys: [['Ctrl K', t('Search or run a command')], ['?', t('All keys')], ['[', t('Fold the navigation')], ['Esc', t('Close what is on top, then clear the selection')]] },
  { title: t('Go to'), keys: PAGES.map(({ key, word }) => [`G ${key.toUpperCase()}`, word] as const) },
  {
    title: t('In the list of users'),
    keys: [
      ['/', t('Search')], ['F', t('Filter')], ['↑ ↓', t('Move, also with J and K')], ['Enter', t('Details')], ['→ ←', t('Open and close the row')], ['Space', t('Select, also with X')], ['Shift ↑ ↓', t('Select a range')],
      ['Ctrl A', t('Select the loaded page')], ['.', t('All actions of the row')], ['U', t('Unlock')], ['S', t('Suspend')], ['R', t('Reset password')], ['E', t('Edit profile')],
    ],
  },
  { title: t('In the head of a column'), keys: [['Enter', t('Sort')], ['Shift Enter', t('Sort by this too')], ['Alt ← →', t('Move the column')], ['← →', t('On its edge: the width')]] },
];

/** Every key there is, and the switch for those that are single letters. */
export function KeySheet({ onClose }: { onClose: () => void }) {
  const [letters, setLetters] = useLetterKeys();
  return (
    <Modal opened onClose={onClose} size={760} withCloseButton={false} centered attributes={{ content: { 'aria-label': t('All keys') } }}>
      <div className="dialog">
        <div className="rowhead"><h2>{t('All keys')}</h2><span className="grow" /><ActionIcon variant="subtle" size={28} className="qi" aria-label={t('Close')} onClick={onClose}><IconX size={18} /></ActionIcon></div>
        <div className="keysheet">
          {SHEET.map(({ title, keys }) => (
            <section key={title}>
              <h3>{title}</h3>
              <dl>{keys.map(([key, words]) => <div key={key}><dt>{key.split(' ').map((part, i) => <Fragment key={part}>{i > 0 ? ' ' : null}<Kbd>{part}</Kbd></Fragment>)}</dt><dd>{words}</dd></div>)}</dl>
            </section>
          ))}
        </div>
        <Switch size="xs" label={t('Single letters act')} description={t('Switch it off if a voice or another program presses letters for you.')} checked={letters} onChange={(event) => { setLetters(event.currentTarget.checked); }} />
      </div>
    </Modal>
  );
}
