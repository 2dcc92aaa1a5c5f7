import { useQueries, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { IconArrowUpRight } from '@tabler/icons-react';
import { useMemo } from 'react';
import { client, unwrap } from '../../api/client';
import { bulkTitle } from '../../shared/bulkWords';
import { t } from '../../shared/i18n';
import { count } from '../../shared/numbers';
import { When } from '../../shared/When';
import { OpenUsers, PanelHead } from './OverviewPage';
import { inactiveRanges } from './overviewModel';

const JOBS = 3;
const WIDTH = 240;

export function Jobs() {
  const jobs = useQuery({ queryKey: ['jobs', 'overview'], queryFn: ({ signal }) => unwrap(client.GET('/api/v1/jobs', { params: { query: { limit: JOBS } }, signal })) });
  const items = jobs.data?.items ?? [];
  return (
    <div className="ovpart">
      <PanelHead title={t('Latest jobs')} note="" to={<Link to="/jobs" search={(s) => ({ scope: s.scope })} className="lk" aria-label={t('Open {what}', { what: t('Jobs') })}>{t('Open')}<IconArrowUpRight size={14} aria-hidden /></Link>} />
      {jobs.error ? <p className="badt">{jobs.error.detail}</p> : null}
      {jobs.data && items.length === 0 ? <p className="mute">{t('No jobs yet.')}</p> : null}
      <ul className="rj">
        {items.map((job) => {
          const { failed, unknown, pending } = job.outcomes;
          return (
            <li key={job.id}>
              <Link to="." search={(s) => ({ ...s, job: job.id })}><b>{bulkTitle(job, job.total)}</b><span className="mute"><bdi>{job.created_by}</bdi>, <When at={job.created_at} /></span></Link>
              <span className={failed + unknown > 0 ? 'badt' : 'mute'}>{failed + unknown > 0 ? t('{n} to look at', { n: count(failed + unknown) }) : pending > 0 ? t('{n} left', { n: count(pending) }) : t('settled')}</span>
            </li>
          );
        })}
      </ul>
    </div>
  );
}

/** Who has not signed in for long, where the directory tells. */
export function Inactive({ scope }: { scope: string | undefined }) {
  const ranges = useMemo(() => inactiveRanges(Date.now()), []);
  const counts = useQueries({
    queries: ranges.map(({ filter }) => ({
      queryKey: ['users', 'inactive', scope ?? '', filter],
      queryFn: async ({ signal }: { signal: AbortSignal }) => (await unwrap(client.GET('/api/v1/users', { params: { query: { scope, filter: `status ne "DELETED" and ${filter}`, limit: 1 } }, signal }))).total,
    })),
  });
  const most = Math.max(1, ...counts.map((one) => one.data ?? 0));
  const total = counts.reduce((sum, one) => sum + (one.data ?? 0), 0);
  const failed = counts.find((one) => one.error)?.error;
  return (
    <div className="ovpart">
      <PanelHead title={t('Inactive users')} note={t('{n} without a sign-in for 90 days, where it is known', { n: count(total) })} to={<OpenUsers what={t('Inactive users')} filter={ranges[0]?.filter.split(' and ')[0] ?? ''} sort="last_login_at" />} />
      {failed ? <p className="badt">{failed.detail}</p> : null}
      <ul className="ovbars wide">
        {ranges.map(({ from, to, filter }, i) => {
          const n = counts[i]?.data ?? 0;
          return (
            <li key={from}>
              <Link to="/users" search={(s) => ({ scope: s.scope, filter: `status ne "DELETED" and ${filter}`, sort: 'last_login_at' })}>{to ? t('{from} to {to} days', { from, to }) : t('over {from} days', { from })}</Link>
              <svg width="100%" height="8" viewBox={`0 0 ${String(WIDTH)} 8`} preserveAspectRatio="none" aria-hidden><rect width={WIDTH} height="8" fill="var(--c-track)" /><rect width={(WIDTH * n) / most} height="8" fill="var(--c-suspended)" /></svg>
              <b className="tn">{count(n)}</b>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
