import { useId } from 'react';
import type { ItemOutcome, JobOutcomes } from '../../api/client';
import { t } from '../../shared/i18n';
import { count } from '../../shared/numbers';

const WIDTH = 400;
const ORDER: readonly ItemOutcome[] = ['done', 'already_so', 'skipped', 'cancelled', 'failed', 'unknown'];
const FILL: Readonly<Record<string, string>> = { done: 'var(--c-active)', already_so: 'var(--c-staged)', skipped: 'var(--c-staged)', cancelled: 'var(--c-deleted)', failed: 'var(--c-locked)' };

/** How far a job is, by outcome. Unknown is hatched. */
export function JobBar({ outcomes, total, height = 10 }: { outcomes: JobOutcomes; total: number; height?: number }) {
  const hatch = useId();
  const settled = total - outcomes.pending;
  let x = 0;
  return (
    <svg className="jobbar" width="100%" height={height} viewBox={`0 0 ${String(WIDTH)} ${String(height)}`} preserveAspectRatio="none" role="img" aria-label={t('{settled} of {total} settled', { settled: count(settled), total: count(total) })}>
      <defs>
        <pattern id={hatch} width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="5" height="5" fill="var(--c-expired)" /><rect width="2" height="5" fill="var(--t-raised)" /></pattern>
      </defs>
      <rect width={WIDTH} height={height} fill="var(--c-track)" />
      {ORDER.map((outcome) => {
        const n = outcomes[outcome];
        if (n === 0 || total === 0) return null;
        // What is rare is still seen.
        const width = Math.max(3, (WIDTH * n) / total);
        const left = Math.min(x, WIDTH - width);
        x = left + width;
        return <rect key={outcome} x={left} width={Math.max(1, width - 0.8)} height={height} fill={FILL[outcome] ?? `url(#${hatch})`} />;
      })}
    </svg>
  );
}
