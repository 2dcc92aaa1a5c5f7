import type { Completeness, ConnectionState } from '../api/client';
import { count } from './numbers';
import { clock, relative } from './time';

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
    const words = of.stale > 2 ? `${count(of.stale)} stale, the oldest from ${age}` : `${count(of.stale)} from ${age}`;
    parts.push({ state: 'stale', words: age ? words : `${count(of.stale)} stale` });
  }
  if (of.unreachable > 0) {
    const since = of.unreachable_since ? `${of.unreachable > 1 ? ', the longest' : ''} since ${clock(of.unreachable_since, now)}` : '';
    parts.push({ state: 'unreachable', words: `${count(of.unreachable)} unreachable${since}` });
  }
  if (of.never_read > 0) parts.push({ state: 'never_read', words: `${count(of.never_read)} never read` });
  return parts;
}
