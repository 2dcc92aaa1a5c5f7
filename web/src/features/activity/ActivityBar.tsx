import { NativeSelect, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch, IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { client, unwrap } from '../../api/client';
import { VERBS, verbWord } from '../../shared/actionWords';
import { t } from '../../shared/i18n';
import { OUTCOME } from '../../shared/OutcomeMark';
import { ACCOUNTS, UserPicker } from '../../shared/UserPicker';
import type { ActivitySearch } from './search';

const DEBOUNCE_MS = 150;

/** What is shown of the trail. All of it is in the address. */
export function ActivityBar({ search, onChange }: { search: ActivitySearch; onChange: (change: Partial<ActivitySearch>, replace?: boolean) => void }) {
  const setQ = useDebouncedCallback((q: string) => { onChange({ q: q.trim() || undefined }, true); }, DEBOUNCE_MS);
  return (
    <div className="toolbar wrap">
      <TextInput type="search" className="search" size="xs" aria-label={t('Search activity')} placeholder={t('Who, whom, what or ticket')} defaultValue={search.q ?? ''} leftSection={<IconSearch size={15} />} onChange={(event) => { setQ(event.target.value); }} />
      {search.actor ? <Chip label={t('By')} id={search.actor} of="actor" onClear={() => { onChange({ actor: undefined }); }} />
        : <UserPicker label={t('Who')} hideLabel placeholder={t('Done by')} chosen={null} filter={ACCOUNTS} onChoose={(user) => { onChange({ actor: user.native_id }); }} />}
      {search.user ? <Chip label={t('On')} id={search.user} of="user" onClear={() => { onChange({ user: undefined }); }} /> : null}
      <NativeSelect size="xs" aria-label={t('What')} value={search.action ?? ''} onChange={(event) => { onChange({ action: event.target.value || undefined }); }}
        data={[{ value: '', label: t('Any action') }, ...VERBS.map((value) => ({ value, label: verbWord(value) }))]} />
      <NativeSelect size="xs" aria-label={t('Outcome')} value={search.outcome ?? ''} onChange={(event) => { onChange({ outcome: event.target.value || undefined }); }}
        data={[{ value: '', label: t('Any outcome') }, ...Object.entries(OUTCOME).map(([value, { word }]) => ({ value, label: word }))]} />
      <span className="span">
        <TextInput size="xs" type="date" aria-label={t('Since')} value={search.since ?? ''} max={search.until} onChange={(event) => { onChange({ since: event.target.value || undefined }, true); }} />
        <span className="mute" aria-hidden>–</span>
        <TextInput size="xs" type="date" aria-label={t('Until')} value={search.until ?? ''} min={search.since} onChange={(event) => { onChange({ until: event.target.value || undefined }, true); }} />
      </span>
    </div>
  );
}

/** A person the list is narrowed to. An account is known by another id than the user that shows it. */
function Chip({ label, id, of, onClear }: { label: string; id: string; of: 'actor' | 'user'; onClear: () => void }) {
  const named = useQuery({
    queryKey: ['users', 'named', of, id],
    queryFn: async ({ signal }) => {
      if (of === 'user') return (await unwrap(client.GET('/api/v1/users/{id}', { params: { path: { id } }, signal }))).username;
      const { items } = await unwrap(client.GET('/api/v1/users', { params: { query: { filter: `native_id eq ${JSON.stringify(id)} and ${ACCOUNTS}`, limit: 1 } }, signal }));
      return items[0]?.username ?? id;
    },
    staleTime: 60_000,
    retry: false,
  });
  const name = named.data ?? id;
  return <span className="chip"><span>{label} <b><bdi>{name}</bdi></b></span><button type="button" aria-label={t('Remove the filter {name}', { name: `${label} ${name}` })} onClick={onClear}><IconX size={13} aria-hidden /></button></span>;
}
