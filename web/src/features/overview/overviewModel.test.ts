import { expect, it } from 'vitest';
import type { Run } from '../../api/client';
import { axisTop, byDay, DAYS, hoursOf, HOURS, inactiveRanges } from './overviewModel';

const NOW = Date.parse('2026-11-22T10:30:00Z');
const run = (finished_at: string, state: Run['state']): Run => ({
  id: finished_at, connection: 'c', trigger: 'schedule', state, queued_at: finished_at, started_at: finished_at, finished_at, read: 0, added: 0, changed: 0, removed: 0, held: 0, expected: null, error: null,
});

it('says of each hour how its readings ended', () => {
  const cells = hoursOf([run('2026-11-22T10:05:00Z', 'succeeded'), run('2026-11-22T09:05:00Z', 'failed'), run('2026-11-22T08:50:00Z', 'failed'), run('2026-11-22T08:10:00Z', 'succeeded')], true, NOW);
  expect(cells).toHaveLength(HOURS);
  expect(cells.slice(-4)).toEqual(['none', 'mixed', 'failed', 'read']);
});

it('does not claim to know what lies before the first run it was told', () => {
  const cells = hoursOf([run('2026-11-22T09:05:00Z', 'succeeded')], false, NOW);
  expect(cells.slice(-3)).toEqual(['unknown', 'read', 'none']);
});

it('has a bar for each of the last days, today last', () => {
  const days = byDay([], NOW);
  expect(days).toHaveLength(DAYS);
  expect(new Date(days.at(-1)?.at ?? 0).toISOString()).toBe('2026-11-22T00:00:00.000Z');
});

it('makes round axes and whole ranges', () => {
  expect([0, 3, 4, 10, 84, 400].map(axisTop)).toEqual([3, 3, 6, 15, 90, 600]);
  const [first, second] = inactiveRanges(NOW);
  expect(first?.filter.split(' and ')[1]?.slice(17)).toBe(second?.filter.split(' and ')[0]?.slice(17));
});
