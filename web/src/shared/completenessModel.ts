import type { Completeness, ConnectionState } from '../api/client';
import { count } from './numbers';
import { clock, relative } from './time';
import { t } from './i18n';

export const STROKES = 24;

/**
 * The glyph's strokes, best first. Every kind of problem gets at least one stroke, even 1 in 40,000,
 * and a whole that has problems never looks whole.
 */
export function strokes(of: Completeness): ConnectionState[] {
  if (of.organizations === 0) return [];
  const problems: [ConnectionState, number][] = [['stale', of.stale], ['unreachable', of.unreachable], ['never_read', of.never_read]];
  const bad = problems.flatMap(([state, n]) => {
    const share = n > 0 ? Math.max(1, Math.round((n / of.organizations) * STROKES)) : 0;
    return Array.from({ length: share }, () => state);
  });
  const good = Math.max(of.current > 0 ? 1 : 0, STROKES - bad.length);
  return [...Array.from({ length: good }, (): ConnectionState => 'current'), ...bad].slice(0, Math.max(STROKES, 0));
}

export interface CompletenessPart {
  state: ConnectionState;
  words: string;
}

/** "22 of 25" + what is wrong, in words; each part opens its organizations. */
export function completenessParts(of: Completeness, now = Date.now()): CompletenessPart[] {
  const parts: CompletenessPart[] = [];
  if (of.stale > 0) {
    const age = of.stale_since ? relative(of.stale_since, now) : '';
    const words = of.stale > 2 ? t('{n} stale, the oldest from {age}', { n: count(of.stale), age }) : t('{n} from {age}', { n: count(of.stale), age });
    parts.push({ state: 'stale', words: age ? words : t('{n} stale', { n: count(of.stale) }) });
  }
  if (of.unreachable > 0) {
    const n = count(of.unreachable);
    const time = of.unreachable_since ? clock(of.unreachable_since, now) : '';
    const words = time === '' ? t('{n} unreachable', { n }) : of.unreachable > 1 ? t('{n} unreachable, the longest since {time}', { n, time }) : t('{n} unreachable since {time}', { n, time });
    parts.push({ state: 'unreachable', words });
  }
  if (of.never_read > 0) parts.push({ state: 'never_read', words: t('{n} never read', { n: count(of.never_read) }) });
  return parts;
}
