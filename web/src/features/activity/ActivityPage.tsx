import { Button, NativeSelect, TextInput } from '@mantine/core';
import { t } from '../../shared/i18n';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconHistory, IconSearch } from '@tabler/icons-react';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { client, unwrap, type ActivityEntry, type Outcome } from '../../api/client';
import { useState } from 'react';
import { VERBS, verbWord } from '../../shared/actionWords';
import { EntryDrawer } from './EntryDrawer';
import { EmptyFace, ErrorFace, LoadingFace } from '../../shared/Faces';
import { count } from '../../shared/numbers';
import { OUTCOME, OutcomeMark } from '../../shared/OutcomeMark';
import { When } from '../../shared/When';
import type { ActivitySearch } from './search';

const PAGE = 100;
const DEBOUNCE_MS = 150;
const HEADS = [t('When'), t('Who'), t('What'), t('Outcome'), t('On'), t('Organization'), t('Detail')];

const words = {
  title: t('Activity'),
  find: t('Who, whom, what or ticket'),
  any: t('Any outcome'),
  empty: t('Nothing was done yet'),
  emptyWhy: t('Every action, every change of a connection and every refusal appears here.'),
  noMatch: t('No entry matches'),
} as const;

function isOutcome(value: string | undefined): value is Outcome {
  return value !== undefined && value in OUTCOME;
}

export function ActivityPage() {
  const search = useSearch({ from: '/shell/activity' });
  const navigate = useNavigate();
  const go = (change: Partial<ActivitySearch>, replace = false) => void navigate({ to: '/activity', search: (s) => ({ ...s, ...change }), replace });
  const setQ = useDebouncedCallback((q: string) => { go({ q: q.trim() || undefined }, true); }, DEBOUNCE_MS);
  const outcome = isOutcome(search.outcome) ? search.outcome : undefined;
  const { scope, q } = search;
  const conditions = [outcome ? `outcome eq "${outcome}"` : '', search.action ? `action eq ${JSON.stringify(search.action)}` : '', search.since ? `at ge "${search.since}T00:00:00Z"` : ''].filter(Boolean);
  const list = useInfiniteQuery({
    queryKey: ['activity', 'list', scope ?? '', q ?? '', outcome ?? '', search.action ?? '', search.since ?? ''],
    queryFn: ({ pageParam, signal }) => unwrap(client.GET('/api/v1/activity', {
      params: { query: { scope, q, filter: conditions.join(' and ') || undefined, limit: PAGE, ...(pageParam ? { cursor: pageParam } : {}) } }, signal,
    })),
    initialPageParam: '',
    getNextPageParam: (last) => last.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  });
  const [opened, setOpened] = useState<ActivityEntry | null>(null);
  const entries = list.data?.pages.flatMap((page) => page.items) ?? [];
  const total = list.data?.pages[0]?.total;
  return (
    <div className="page">
      <div className="phead">
        <h1>{words.title}</h1>
        <div className="ptotal"><b>{total === undefined ? '–' : count(total)}</b></div>
      </div>
      <div className="toolbar">
        <TextInput type="search" className="search" size="xs" aria-label={t('Search activity')} placeholder={words.find} defaultValue={q ?? ''} leftSection={<IconSearch size={15} />} onChange={(event) => { setQ(event.target.value); }} />
        <NativeSelect size="xs" aria-label={t('What')} value={search.action ?? ''} onChange={(event) => { go({ action: event.target.value || undefined }); }}
          data={[{ value: '', label: t('Any action') }, ...VERBS.map((value) => ({ value, label: verbWord(value) }))]} />
        <TextInput size="xs" type="date" aria-label={t('Since')} value={search.since ?? ''} onChange={(event) => { go({ since: event.target.value || undefined }, true); }} />
        <NativeSelect size="xs" aria-label={t('Outcome')} value={outcome ?? ''} onChange={(event) => { go({ outcome: event.target.value || undefined }); }}
          data={[{ value: '', label: words.any }, ...Object.entries(OUTCOME).map(([value, { word }]) => ({ value, label: word }))]} />
      </div>
      {list.isError && entries.length > 0 ? <p className="stalenote" role="alert">{list.error.detail} {t('What is shown was loaded before. It is tried again.')}</p> : null}
      {list.isPending ? <LoadingFace what={t('activity')} /> : null}
      {list.isError && entries.length === 0 ? <ErrorFace what={t('The activity')} error={list.error} retryInS={8} onRetry={() => void list.refetch()} /> : null}
      {list.data && entries.length === 0 ? (
        q || conditions.length > 0 ? <EmptyFace title={words.noMatch} action={<Button size="xs" variant="default" onClick={() => { go({ q: undefined, outcome: undefined, action: undefined, since: undefined }); }}>{t('Clear')}</Button>} />
          : <EmptyFace title={words.empty} icon={IconHistory}>{words.emptyWhy}</EmptyFace>
      ) : null}
      {entries.length > 0 ? (
        <div className="tablewrap flow" tabIndex={0} role="region" aria-label={words.title}>
          <table className="acttable">
            <thead><tr>{HEADS.map((head) => <th key={head} scope="col">{head}</th>)}</tr></thead>
            <tbody>{entries.map((entry) => <Entry key={entry.id} entry={entry} onOpen={() => { setOpened(entry); }} />)}</tbody>
          </table>
          {list.hasNextPage ? <div className="more"><Button size="xs" variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t('Show older')}</Button></div> : null}
        </div>
      ) : null}
      {opened ? <EntryDrawer entry={opened} onClose={() => { setOpened(null); }} /> : null}
    </div>
  );
}

function Entry({ entry, onOpen }: { entry: ActivityEntry; onOpen: () => void }) {
  const why = [entry.reason, entry.ticket].filter(Boolean).join(', ');
  return (
    <tr onClick={onOpen}>
      <td><button type="button" className="olink" onClick={(event) => { event.stopPropagation(); onOpen(); }}><When at={entry.at} /><span className="vh"> {t('Details of {name}', { name: verbWord(entry.action) })}</span></button></td>
      <td><bdi>{entry.actor.name}</bdi></td>
      <td>{verbWord(entry.action)}</td>
      <td><OutcomeMark outcome={entry.outcome} /></td>
      <td>{entry.user ? <Link to="/users" search={{ scope: entry.organization.slug, user: entry.user.id }} className="lk"><bdi>{entry.user.username}</bdi></Link> : <bdi className="ink2">{entry.target.name || '–'}</bdi>}</td>
      <td><bdi>{entry.organization.name}</bdi></td>
      <td className="wide"><span data-tip={entry.detail}>{entry.detail}</span>{why ? <span className="mute"> {why}</span> : null}</td>
    </tr>
  );
}
