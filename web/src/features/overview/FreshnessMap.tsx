import { useQueries, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { IconArrowUpRight } from '@tabler/icons-react';
import { client, unwrap } from '../../api/client';
import { FRESHNESS } from '../../shared/Freshness';
import { t } from '../../shared/i18n';
import { count } from '../../shared/numbers';
import { PanelHead } from './OverviewPage';
import { HOURS, hoursOf, type Cell } from './overviewModel';

const SHOWN = 9;
// The portal's own directories are never read, so more are asked for than shown.
const ASKED = 18;
const RUNS = 500;
const CELL = 20;
const LOOK: Record<Cell, { fill: string; word: string; className: string }> = {
  read: { fill: 'var(--c-fresh)', word: t('Read whole'), className: 'sw okc' },
  mixed: { fill: 'url(#ov-mixed)', word: t('Read and failed'), className: 'sw stc' },
  failed: { fill: 'var(--c-locked)', word: t('Failed'), className: 'sw unc' },
  none: { fill: 'none', word: t('No reading'), className: 'sw nec' },
  unknown: { fill: 'var(--c-track)', word: t('Not kept'), className: 'sw trk' },
};

/** How the readings of the last day ended, an hour a cell, the organizations that need a look first. */
export function Freshness({ scope }: { scope: string | undefined }) {
  const worst = useQuery({ queryKey: ['completeness', scope, 'map'], queryFn: ({ signal }) => unwrap(client.GET('/api/v1/completeness', { params: { query: { scope, limit: ASKED } }, signal })) });
  const items = worst.data?.items ?? [];
  const runs = useQueries({
    queries: items.map(({ organization }) => ({
      queryKey: ['runs', 'map', organization.id],
      queryFn: async ({ signal }: { signal: AbortSignal }) => {
        const { items: connections } = await unwrap(client.GET('/api/v1/connections', { params: { query: { organization: organization.slug, limit: 10 } }, signal }));
        const lists = await Promise.all(connections.map((connection) => unwrap(client.GET('/api/v1/connections/{id}/runs', { params: { path: { id: connection.id }, query: { limit: RUNS } }, signal }))));
        return { runs: lists.flatMap((list) => list.items), whole: lists.every((list) => list.items.length === list.total) };
      },
      staleTime: 60_000,
    })),
  });
  const rows = items.map((item, i) => ({ item, data: runs[i]?.data })).filter(({ item, data }) => item.state !== 'current' || !data || data.runs.length > 0).slice(0, SHOWN);
  const rest = (worst.data?.total ?? 0) - rows.length;
  const now = Date.now();
  const clockAt = (hoursAgo: number) => `${new Date(now - hoursAgo * 3_600_000).toISOString().slice(11, 13)}:00`;
  return (
    <section className="panel card7">
      <PanelHead title={t('Freshness')} note={t('How readings ended, one cell an hour, what needs a look first')} to={<Link to="/organizations" search={(s) => ({ scope: s.scope, show: 'problems' })} className="lk" aria-label={t('Open {what}', { what: t('Freshness') })}>{t('Open')}<IconArrowUpRight size={14} aria-hidden /></Link>} />
      {worst.error ? <p className="badt">{worst.error.detail}</p> : null}
      {worst.data && items.length === 0 ? <p className="mute">{t('No organization here has a directory')}</p> : null}
      <svg width="0" height="0" aria-hidden className="abs"><defs><pattern id="ov-mixed" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="5" height="5" fill="var(--t-warn-soft)" /><rect width="2.4" height="5" fill="var(--c-expired)" /></pattern></defs></svg>
      <ul className="heat">
        {rows.map(({ item, data }) => {
          const cells = data ? hoursOf(data.runs, data.whole, now) : [];
          const failed = cells.filter((cell) => cell === 'failed' || cell === 'mixed').length;
          return (
            <li key={item.organization.id} className="hr">
              <Link to="/organizations" search={(s) => ({ scope: s.scope, org: item.organization.slug })} className="ell"><bdi>{item.organization.name}</bdi></Link>
              <svg width="100%" height="14" viewBox={`0 0 ${String(HOURS * CELL)} 14`} preserveAspectRatio="none" role="img" aria-label={t('{n} of {hours} hours with a failed reading', { n: failed, hours: HOURS })}>
                {cells.map((cell, k) => (
                  <rect key={k} x={k * CELL + 1} y="0.5" width={CELL - 2} height="13" rx="2" fill={LOOK[cell].fill} {...(cell === 'none' ? { stroke: 'var(--t-line-strong)', strokeDasharray: '2 2' } : {})}><title>{`${clockAt(HOURS - 1 - k)} GMT: ${LOOK[cell].word}`}</title></rect>
                ))}
              </svg>
              <span className={`hs ${item.state}`} data-tip={item.error ?? undefined}>{FRESHNESS[item.state].word}</span>
            </li>
          );
        })}
        {rest > 0 ? <li className="hr rest"><span className="mute">{t('{n} more', { n: count(rest) })}</span></li> : null}
        <li className="hr hx" aria-hidden><span /><div>{[HOURS - 1, 18, 12, 6].map((ago) => <span key={ago}>{clockAt(ago)}</span>)}<span>{t('now')}</span></div></li>
      </ul>
      <ul className="legend">{(['read', 'mixed', 'failed', 'none'] as const).map((cell) => <li key={cell}><i className={LOOK[cell].className} />{LOOK[cell].word}</li>)}</ul>
    </section>
  );
}
