import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { client, unwrap } from '../../api/client';
import { locale, t } from '../../shared/i18n';
import { count } from '../../shared/numbers';
import { OpenUsers, PanelHead } from './OverviewPage';
import { axisTop, byDay, DAYS } from './overviewModel';

const ASKED = 500;
const WIDTH = 640;
const HEIGHT = 200;
const LEFT = 34;
const BOTTOM = 22;
const TOP = 10;
const FILTER = 'status eq "LOCKED_OUT"';
const DAY = new Intl.DateTimeFormat(locale(), { day: 'numeric', month: 'short', timeZone: 'UTC' });

/** Who is locked out now, by the day each was last changed: mostly the day of the lock. */
export function Lockouts({ scope }: { scope: string | undefined }) {
  const locked = useQuery({
    queryKey: ['users', 'lockouts', scope ?? ''],
    queryFn: ({ signal }) => unwrap(client.GET('/api/v1/users', { params: { query: { scope, filter: FILTER, sort: '-modified_at', limit: ASKED } }, signal })),
  });
  const items = locked.data?.items;
  const days = useMemo(() => byDay(items ?? [], Date.now()), [items]);
  const total = locked.data?.total ?? 0;
  const shown = days.reduce((sum, day) => sum + day.count, 0);
  const most = days.reduce((best, day) => (day.count > best.count ? day : best), { at: 0, count: 0 });
  const top = axisTop(most.count);
  const y = (n: number) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - n / top);
  const step = (WIDTH - LEFT) / DAYS;
  const more = total > ASKED ? t('the {n} newest of {total}', { n: count(ASKED), total: count(total) }) : t('{n} in the last {days} days, {rest} before', { n: count(shown), days: DAYS, rest: count(total - shown) });
  return (
    <section className="panel card7">
      <PanelHead title={t('Locked out now')} note={`${t('by the day of the last change')}: ${more}`} to={<OpenUsers what={t('Locked out now')} filter={FILTER} sort="-modified_at" />} />
      {locked.error ? <p className="badt">{locked.error.detail}</p> : null}
      <svg width="100%" viewBox={`0 0 ${String(WIDTH)} ${String(HEIGHT)}`} role="img" aria-label={t('Locked out now, by day: {days}', { days: days.filter((day) => day.count > 0).map((day) => `${DAY.format(day.at)} ${String(day.count)}`).join(', ') || '0' })}>
        {[0, 1, 2, 3].map((line) => {
          const value = (top * line) / 3;
          return <g key={line}><line x1={LEFT} x2={WIDTH} y1={y(value)} y2={y(value)} stroke="var(--t-line)" /><text x={LEFT - 8} y={y(value) + 4} textAnchor="end" className="ax">{value}</text></g>;
        })}
        {days.map((day, i) => (
          <g key={day.at}>
            {day.count > 0 ? <rect x={LEFT + i * step + 3} y={y(day.count)} width={step - 6} height={Math.max(2, y(0) - y(day.count))} rx="2" fill={day === most && most.count > 2 ? 'var(--c-locked)' : 'var(--c-quiet)'}><title>{`${DAY.format(day.at)}: ${String(day.count)}`}</title></rect> : null}
            {(i % 7 === 0 && i < DAYS - 4) || i === DAYS - 1 ? <text x={LEFT + i * step + step / 2} y={HEIGHT - 4} textAnchor={i === DAYS - 1 ? 'end' : 'middle'} className="ax">{DAY.format(day.at)}</text> : null}
          </g>
        ))}
        {most.count > 2 ? <text x={Math.min(WIDTH - 4, Math.max(LEFT + 4, LEFT + days.indexOf(most) * step - 6))} y={y(most.count) + 12} textAnchor={days.indexOf(most) > 6 ? 'end' : 'start'} className="note">{t('{n} on {day}', { n: most.count, day: DAY.format(most.at) })}</text> : null}
      </svg>
    </section>
  );
}
