import { Button } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { client, unwrap, type ActivityEntry } from '../../api/client';
import { targetWord, verbWord } from '../../shared/actionWords';
import { whyOf } from '../../shared/reason';
import { EmptyFace, ErrorFace, LoadingFace } from '../../shared/Faces';
import { t } from '../../shared/i18n';
import { count } from '../../shared/numbers';
import { isOutcome, OutcomeMark } from '../../shared/OutcomeMark';
import { When } from '../../shared/When';
import { ActivityBar } from './ActivityBar';
import { EntryDrawer } from './EntryDrawer';
import { TrailMenu } from './TrailMenu';
import { activityFilter, type ActivitySearch } from './search';

const PAGE = 100;
const HEADS = [t('When'), t('Who'), t('What'), t('Outcome'), t('On'), t('Organization'), t('Detail')];

const words = {
  title: t('Activity'),
  empty: t('Nothing was done yet'),
  emptyWhy: t('Every action, every change of a connection and every refusal appears here.'),
  noMatch: t('No entry matches'),
} as const;

/** The trail: what was done, by whom, on whom, and why. */
export function ActivityPage() {
  const given = useSearch({ from: '/shell/activity' });
  const navigate = useNavigate();
  const go = (change: Partial<ActivitySearch>, replace = false) => void navigate({ to: '/activity', search: (s) => ({ ...s, ...change }), replace });
  const search = { ...given, outcome: isOutcome(given.outcome) ? given.outcome : undefined };
  const { scope, q } = search;
  const filter = activityFilter(search);
  const list = useInfiniteQuery({
    queryKey: ['activity', 'list', scope ?? '', q ?? '', filter],
    queryFn: ({ pageParam, signal }) => unwrap(client.GET('/api/v1/activity', {
      params: { query: { scope, q, filter: filter || undefined, limit: PAGE, ...(pageParam ? { cursor: pageParam } : {}) } }, signal,
    })),
    initialPageParam: '',
    getNextPageParam: (last) => last.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  });
  const [opened, setOpened] = useState<ActivityEntry | null>(null);
  const entries = list.data?.pages.flatMap((page) => page.items) ?? [];
  const total = list.data?.pages[0]?.total;
  const clear = () => { go({ q: undefined, outcome: undefined, action: undefined, since: undefined, until: undefined, actor: undefined, user: undefined }); };
  return (
    <div className="page">
      <div className="phead">
        <h1>{words.title}</h1>
        <div className="ptotal" aria-live="polite"><b>{total === undefined ? '–' : count(total)}</b></div>
        <span className="grow" />
        <TrailMenu search={search} />
      </div>
      <ActivityBar search={search} onChange={go} />
      {list.isError && entries.length > 0 ? <p className="stalenote" role="alert">{list.error.detail} {t('What is shown was loaded before. It is tried again.')}</p> : null}
      {list.isPending ? <LoadingFace what={t('activity')} /> : null}
      {list.isError && entries.length === 0 ? <ErrorFace what={t('The activity')} error={list.error} retryInS={8} onRetry={() => void list.refetch()} /> : null}
      {list.data && entries.length === 0 ? (
        q || filter ? <EmptyFace title={words.noMatch} action={<Button size="xs" variant="default" onClick={clear}>{t('Clear')}</Button>} />
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
      {opened ? <EntryDrawer entry={opened} onClose={() => { setOpened(null); }} onOnly={(change) => { setOpened(null); go(change); }} /> : null}
    </div>
  );
}

function Entry({ entry, onOpen }: { entry: ActivityEntry; onOpen: () => void }) {
  const why = whyOf(entry).join(', ');
  return (
    <tr onClick={onOpen}>
      <td><button type="button" className="olink" onClick={(event) => { event.stopPropagation(); onOpen(); }}><When at={entry.at} /><span className="vh"> {t('Details of {name}', { name: verbWord(entry.action) })}</span></button></td>
      <td><bdi>{entry.actor.name}</bdi></td>
      <td>{verbWord(entry.action)}</td>
      <td><OutcomeMark outcome={entry.outcome} /></td>
      <td>{entry.user ? <Link to="/users" search={{ scope: entry.organization.slug, user: entry.user.id }} className="lk"><bdi>{entry.user.username}</bdi></Link> : <bdi className="ink2">{targetWord(entry)}</bdi>}</td>
      <td><bdi>{entry.organization.name}</bdi></td>
      <td className="wide"><span data-tip={entry.detail}>{entry.detail}</span>{why ? <span className="mute"> {why}</span> : null}</td>
    </tr>
  );
}
