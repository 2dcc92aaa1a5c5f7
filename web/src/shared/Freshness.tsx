import { IconAlertTriangle, IconCircleCheckFilled, IconCircleDotted, IconPlugConnectedX, IconCircleMinus, type Icon } from '@tabler/icons-react';
import { t } from './i18n';
import type { HealthState } from '../api/client';
import { clock, gmt, relative } from './time';

export const FRESHNESS: Record<HealthState, { word: string; icon: Icon; className: string; tip: string }> = {
  current: { word: t('Current'), icon: IconCircleCheckFilled, className: 'fresh f-current', tip: t('Read whole, and recently enough.') },
  stale: { word: t('Stale'), icon: IconAlertTriangle, className: 'fresh f-stale', tip: t('The last whole reading is older than it should be.') },
  unreachable: { word: t('Unreachable'), icon: IconPlugConnectedX, className: 'fresh f-unreachable', tip: t('The directory cannot be read. Its users are shown as last read.') },
  never_read: { word: t('Never read'), icon: IconCircleDotted, className: 'fresh f-never', tip: t('No reading has finished yet.') },
  none: { word: t('No directory'), icon: IconCircleMinus, className: 'fresh f-never', tip: t('Nothing is connected here.') },
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
  if (state === 'unreachable') return since ? t('{state} since {time}', { state: word, time: clock(since) }) : word;
  if ((state === 'current' || state === 'stale') && read) return `${word}, ${relative(read)}`;
  return word;
}

export function Freshness({ of }: { of: FreshnessOf }) {
  const { icon: Icon, className, tip } = FRESHNESS[of.state];
  const lines = [of.error ?? tip, of.asOf ? t('Last read {time}', { time: gmt(of.asOf) }) : null].filter(Boolean);
  return (
    <span className={className} data-tip={lines.join('\n')}>
      <Icon size={14} stroke={1.9} aria-hidden />
      {freshnessWords(of)}
    </span>
  );
}
