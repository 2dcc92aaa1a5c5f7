import { Button, SegmentedControl } from '@mantine/core';
import { IconProgress } from '@tabler/icons-react';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { client, unwrap, type Job, type JobState } from '../../api/client';
import { bulkTitle } from '../../shared/bulkWords';
import { EmptyFace, ErrorFace, LoadingFace } from '../../shared/Faces';
import { t } from '../../shared/i18n';
import { count, plural } from '../../shared/numbers';
import { whyOf } from '../../shared/reason';
import { When } from '../../shared/When';
import { JobBar } from './JobBar';
import { settledOf, standOf } from './jobModel';

const PAGE = 50;

type Show = 'all' | 'running' | 'paused' | 'finished' | 'cancelled';

function isShow(value: string | undefined): value is Show {
  return value === 'all' || value === 'running' || value === 'paused' || value === 'finished' || value === 'cancelled';
}

/** What runs, and what ran. */
export function JobsPage() {
  const search = useSearch({ from: '/shell/jobs' });
  const navigate = useNavigate();
  const show: Show = isShow(search.show) ? search.show : 'all';
  return (
    <div className="page">
      <div className="phead"><h1>{t('Jobs')}</h1></div>
      <div className="toolbar">
        <SegmentedControl size="xs" aria-label={t('Show')} value={show} onChange={(value) => { void navigate({ to: '/jobs', search: (s) => ({ ...s, show: value === 'all' ? undefined : value }) }); }}
          data={[{ value: 'all', label: t('All') }, { value: 'running', label: t('Running') }, { value: 'paused', label: t('Paused') }, { value: 'finished', label: t('Finished') }, { value: 'cancelled', label: t('Cancelled') }]} />
      </div>
      <JobList state={show === 'all' ? undefined : show} empty={<EmptyFace title={t('No jobs')} icon={IconProgress}>{t('Select users in the list and choose what to do: it is previewed, then it runs here, also when you close the tab.')}</EmptyFace>} />
    </div>
  );
}

export function JobList({ state, review = false, empty }: { state: JobState | undefined; review?: boolean; empty: React.ReactNode }) {
  const navigate = useNavigate();
  const list = useInfiniteQuery({
    queryKey: ['jobs', 'list', state ?? '', review],
    queryFn: ({ pageParam, signal }) => unwrap(client.GET('/api/v1/jobs', { params: { query: { state, ...(review ? { awaiting_review: true } : {}), offset: pageParam, limit: PAGE } }, signal })),
    initialPageParam: 0,
    getNextPageParam: (last, pages) => (last.items.length === PAGE ? pages.length * PAGE : undefined),
    placeholderData: keepPreviousData,
    refetchInterval: (query) => (query.state.data?.pages.some((page) => page.items.some((job) => job.state === 'running')) ? 1_500 : false),
  });
  const jobs = list.data?.pages.flatMap((page) => page.items) ?? [];
  if (list.isPending) return <LoadingFace what={t('jobs')} />;
  if (list.isError && jobs.length === 0) return <ErrorFace what={t('The jobs')} error={list.error} retryInS={8} onRetry={() => void list.refetch()} />;
  if (jobs.length === 0) return empty;
  return (
    <div className="tablewrap flow" tabIndex={0} role="region" aria-label={t('Jobs')}>
      {list.isError ? <p className="stalenote" role="alert">{list.error.detail}</p> : null}
      <table className="acttable jobtable">
        <thead><tr>{[t('What'), t('How it stands'), t('Progress'), t('Settled'), t('Where'), t('Who'), t('When'), t('Why')].map((head) => <th key={head} scope="col">{head}</th>)}</tr></thead>
        <tbody>{jobs.map((job) => <Row key={job.id} job={job} onOpen={() => { void navigate({ to: '.', search: (s) => ({ ...s, job: job.id }) }); }} />)}</tbody>
      </table>
      {list.hasNextPage ? <div className="more"><Button size="xs" variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t('Show older')}</Button></div> : null}
    </div>
  );
}

function Row({ job, onOpen }: { job: Job; onOpen: () => void }) {
  const stand = standOf(job);
  const Icon = stand.icon;
  const where = job.organizations.length === 1 ? job.organizations[0]?.name ?? '' : plural(job.organizations.length, 'organization');
  return (
    <tr onClick={onOpen}>
      <td><button type="button" className="olink" onClick={(event) => { event.stopPropagation(); onOpen(); }}><b>{bulkTitle(job, job.total)}</b></button>{job.undoes ? <span className="kind">{t('Undo')}</span> : null}</td>
      <td><span className={`outcome ${stand.tone}`}><Icon size={14} stroke={1.9} aria-hidden />{stand.words}</span></td>
      <td className="jobcell"><JobBar outcomes={job.outcomes} total={job.total} height={6} /></td>
      <td className="tn">{count(settledOf(job.outcomes, job.total))} / {count(job.total)}</td>
      <td data-tip={job.organizations.map((organization) => organization.name).slice(0, 20).join('\n')}><bdi>{where}</bdi></td>
      <td><bdi>{job.created_by}</bdi></td>
      <td><When at={job.created_at} /></td>
      <td className="mute">{whyOf(job).join(', ') || '–'}</td>
    </tr>
  );
}
