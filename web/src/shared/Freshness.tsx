import { IconAlertTriangle, IconCircleCheckFilled, IconCircleDotted, IconPlugConnectedX, IconCircleMinus, type Icon } from '@tabler/icons-react';
import type { HealthState } from '../api/client';
import { clock, gmt, relative } from './time';

export const FRESHNESS: Record<HealthState, { word: string; icon: Icon; className: string; tip: string }> = {
  current: { word: 'Current', icon: IconCircleCheckFilled, className: 'fresh f-current', tip: 'Read whole, and recently enough.' },
  stale: { word: 'Stale', icon: IconAlertTriangle, className: 'fresh f-stale', tip: 'The last whole reading is older than it should be.' },
  unreachable: { word: 'Unreachable', icon: IconPlugConnectedX, className: 'fresh f-unreachable', tip: 'The directory cannot be read. Its users are shown as last read.' },
  never_read: { word: 'Never read', icon: IconCircleDotted, className: 'fresh f-never', tip: 'No reading has finished yet.' },
  none: { word: 'No directory', icon: IconCircleMinus, className: 'fresh f-never', tip: 'Nothing is connected here.' },
};

export interface FreshnessOf {
  state: HealthState;
  since: string | null;
  asOf?: string | null;
  error?: string | null;
}

export function freshnessWords({ state, since, asOf }: FreshnessOf): string {
  const { word } = FRESHNESS[state];
  const read = asOf ?? (state === 'unreachable' ? null : since);
  if (state === 'unreachable') return since ? `${word} since ${clock(since)}` : word;
  if ((state === 'current' || state === 'stale') && read) return `${word}, ${relative(read)}`;
  return word;
}

export function Freshness({ of }: { of: FreshnessOf }) {
  const { icon: Icon, className, tip } = FRESHNESS[of.state];
  const lines = [of.error ?? tip, of.asOf ? `Last read ${gmt(of.asOf)}` : null].filter(Boolean);
  return (
    <span className={className} data-tip={lines.join('\n')}>
      <Icon size={14} stroke={1.9} aria-hidden />
      {freshnessWords(of)}
    </span>
  );
}
