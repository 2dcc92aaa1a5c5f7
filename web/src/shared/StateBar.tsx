import type { UserStatus } from '../api/client';
import { t } from './i18n';
import { count } from './numbers';
import { STATUS, STATUS_ORDER } from './StatusBadge';

const WIDTH = 400;

/** Users by state as one stacked bar. The words are in the tooltip and for screen readers. */
export function StateBar({ counts, height = 6 }: { counts: Partial<Record<UserStatus, number>>; height?: number }) {
  const shown = STATUS_ORDER.filter((status) => (counts[status] ?? 0) > 0);
  const total = shown.reduce((sum, status) => sum + (counts[status] ?? 0), 0);
  const words = shown.map((status) => `${STATUS[status].word} ${count(counts[status] ?? 0)}`).join(', ');
  let x = 0;
  return (
    <svg className="statebar" width="100%" height={height} viewBox={`0 0 ${String(WIDTH)} ${String(height)}`} preserveAspectRatio="none"
      role="img" aria-label={words} data-tip={words}>
      {shown.map((status) => {
        const width = ((counts[status] ?? 0) / total) * WIDTH;
        const left = x;
        x += width;
        return <rect key={status} x={left} width={Math.max(0.5, width - 1)} height={height} fill={`var(--c-${STATUS[status].tone})`} />;
      })}
    </svg>
  );
}

export function StateLegend() {
  return (
    <ul className="legend hide-s" aria-label={t('Colours of the states')}>
      {STATUS_ORDER.map((status) => (
        <li key={status}><i className={`sw s-${STATUS[status].tone}`} />{STATUS[status].word}</li>
      ))}
    </ul>
  );
}
