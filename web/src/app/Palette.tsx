import { Kbd, Modal, useMantineColorScheme } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconArrowsVertical, IconBuilding, IconKeyboard, IconLanguage, IconPlugConnected, IconSunMoon, IconUser, type Icon } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState, type KeyboardEvent } from 'react';
import { client, unwrap } from '../api/client';
import { chooseLanguage, LANGUAGES, otherLanguages, t } from '../shared/i18n';
import { useDensity } from '../shared/preferences';
import { useMay } from '../shared/session';
import { STATUS } from '../shared/StatusBadge';
import { PAGES } from './pages';

interface Entry {
  id: string;
  group: string;
  icon: Icon;
  word: string;
  note?: string;
  keys?: string;
  run: () => void;
}

const DEBOUNCE_MS = 60;
const FOUND = 6;

/** What can be gone to or done, and what the server finds: users and organizations. */
function useEntries(text: string, onKeys: () => void): { entries: Entry[]; fetching: boolean } {
  const navigate = useNavigate();
  const { scope } = useSearch({ from: '/shell' });
  const { colorScheme, setColorScheme } = useMantineColorScheme({ keepTransitions: true });
  const [density, setDensity] = useDensity();
  const mayConnect = useMay('connections.manage');
  const [q] = useDebouncedValue(text.trim(), DEBOUNCE_MS);
  const users = useQuery({
    queryKey: ['palette', 'users', q],
    queryFn: async ({ signal }) => (await unwrap(client.GET('/api/v1/users', { params: { query: { q, limit: FOUND } }, signal }))).items,
    enabled: q.length > 0, placeholderData: keepPreviousData,
  });
  const organizations = useQuery({
    queryKey: ['palette', 'organizations', q],
    queryFn: async ({ signal }) => (await unwrap(client.GET('/api/v1/organizations', { params: { query: { q, limit: FOUND } }, signal }))).items,
    enabled: q.length > 0, placeholderData: keepPreviousData,
  });
  const pages = t('Go to');
  const commands = t('Commands');
  const fixed: Entry[] = [
    ...PAGES.map(({ to, word, icon, key }): Entry => ({ id: to, group: pages, icon, word, keys: `G ${key.toUpperCase()}`, run: () => { void navigate({ to, search: { scope } }); } })),
    ...(mayConnect ? [{ id: 'connect', group: commands, icon: IconPlugConnected, word: t('Connect a directory'), run: () => { void navigate({ to: '/organizations', search: { scope, connect: 'choose' } }); } }] : []),
    { id: 'theme', group: commands, icon: IconSunMoon, word: t('Switch light and dark'), run: () => { setColorScheme(colorScheme === 'dark' ? 'light' : 'dark'); } },
    { id: 'density', group: commands, icon: IconArrowsVertical, word: density === 'compact' ? t('Comfortable rows') : t('Compact rows'), run: () => { setDensity(density === 'compact' ? 'comfortable' : 'compact'); } },
    { id: 'keys', group: commands, icon: IconKeyboard, word: t('All keys'), keys: '?', run: onKeys },
    ...otherLanguages().map((language): Entry => ({ id: language, group: commands, icon: IconLanguage, word: LANGUAGES[language], run: () => { chooseLanguage(language); } })),
  ];
  const typed = text.trim().toLowerCase();
  const entries = [
    ...(q ? users.data ?? [] : []).map((user): Entry => ({
      id: user.id, group: t('Users'), icon: IconUser, word: user.username, note: `${user.display_name} · ${user.organization.name} · ${STATUS[user.status].word}`,
      run: () => { void navigate({ to: '/users', search: { scope, user: user.id, q: user.username } }); },
    })),
    ...(q ? organizations.data ?? [] : []).map((organization): Entry => ({
      id: organization.id, group: t('Organizations'), icon: IconBuilding, word: organization.name, note: organization.path.join(' › '),
      run: () => { void navigate({ to: '/users', search: { scope: organization.slug } }); },
    })),
    ...fixed.filter((entry) => entry.word.toLowerCase().includes(typed)),
  ];
  return { entries, fetching: q !== typed || users.isFetching || organizations.isFetching };
}

/** Ctrl K: one box for going and doing. */
export function Palette({ onClose, onKeys }: { onClose: () => void; onKeys: () => void }) {
  const [text, setText] = useState('');
  const [active, setActive] = useState(0);
  const { entries, fetching } = useEntries(text, onKeys);
  const chosen = entries[active] ?? entries[0];
  const run = (entry: Entry | undefined) => { if (entry) { onClose(); entry.run(); } };
  const onKeyDown = (event: KeyboardEvent) => {
    const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (by !== 0) {
      event.preventDefault();
      const next = Math.max(0, Math.min(entries.length - 1, active + by));
      setActive(next);
      document.getElementById(`cmd-${String(next)}`)?.scrollIntoView({ block: 'nearest' });
    } else if (event.key === 'Enter') { event.preventDefault(); run(chosen); }
  };
  return (
    <Modal opened onClose={onClose} size={620} padding={0} yOffset={96} withCloseButton={false} className="palette" attributes={{ content: { 'aria-label': t('Search or run a command') } }}>
      <input className="cmdin" data-autofocus value={text} placeholder={t('A user, an organization, a page or a command')} aria-label={t('Search or run a command')} role="combobox" aria-expanded aria-controls="cmd-list"
        aria-activedescendant={chosen ? `cmd-${String(entries.indexOf(chosen))}` : undefined} spellCheck={false} autoComplete="off" onChange={(event) => { setText(event.target.value); setActive(0); }} onKeyDown={onKeyDown} />
      <div className="cmdlist" id="cmd-list" role="listbox" aria-label={t('Results')}>
        {entries.map((entry, i) => (
          <div key={`${entry.group} ${entry.id}`} role="presentation">
            {entries[i - 1]?.group === entry.group ? null : <div className="ahead" aria-hidden>{entry.group}</div>}
            <div id={`cmd-${String(i)}`} role="option" aria-selected={entry === chosen} className="cmdit" onClick={() => { run(entry); }} onPointerMove={() => { setActive(i); }}>
              <entry.icon size={16} stroke={1.7} aria-hidden /><bdi>{entry.word}</bdi>{entry.note ? <span className="mute ell"><bdi>{entry.note}</bdi></span> : null}
              <span className="grow" />{entry.keys ? entry.keys.split(' ').map((key) => <Kbd key={key}>{key}</Kbd>) : null}
            </div>
          </div>
        ))}
      </div>
      {entries.length === 0 ? <p className="popnote" role="status">{fetching ? t('Searching') : t('Nothing is called so.')}</p> : null}
    </Modal>
  );
}
