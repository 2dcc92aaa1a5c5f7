import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { client, unwrap } from '../../api/client';
import { t } from '../../shared/i18n';
import { count } from '../../shared/numbers';

const RADIUS = 7;
const ROUND = 2 * Math.PI * RADIUS;

export function useJobsIn(state: 'running' | 'awaiting_approval') {
  return useQuery({
    queryKey: ['jobs', 'in', state],
    queryFn: async ({ signal }) => (await unwrap(client.GET('/api/v1/jobs', { params: { query: { state, limit: 100 } }, signal }))).items,
    refetchInterval: (query) => ((query.state.data?.length ?? 0) > 0 && state === 'running' ? 2_000 : false),
    retry: false,
  });
}

/** What runs, as a ring in the top bar. */
export function RunningJobs() {
  const jobs = useJobsIn('running').data ?? [];
  if (jobs.length === 0) return null;
  const total = jobs.reduce((sum, job) => sum + job.total, 0);
  const settled = jobs.reduce((sum, job) => sum + job.total - job.outcomes.pending, 0);
  const failed = jobs.some((job) => job.outcomes.failed + job.outcomes.unknown > 0);
  const only = jobs.length === 1 ? jobs[0] : undefined;
  return (
    <Link to={only ? '.' : '/jobs'} search={(s) => ({ ...s, job: only?.id ?? s.job })} className="jobs" data-tip={t('{settled} of {total} settled', { settled: count(settled), total: count(total) })}>
      <svg width="18" height="18" viewBox="0 0 18 18" aria-hidden>
        <circle cx="9" cy="9" r={RADIUS} fill="none" stroke="var(--c-track)" strokeWidth="2.4" />
        <circle cx="9" cy="9" r={RADIUS} fill="none" stroke={failed ? 'var(--c-locked)' : 'var(--t-accent-ink)'} strokeWidth="2.4" strokeLinecap="round" transform="rotate(-90 9 9)"
          strokeDasharray={`${String(Math.max(1, (ROUND * settled) / Math.max(1, total)))} ${String(ROUND)}`} />
      </svg>
      <span>{t('{n} running', { n: jobs.length })}</span>
    </Link>
  );
}
