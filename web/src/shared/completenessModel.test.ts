import { expect, it } from 'vitest';
import type { Completeness } from '../api/client';
import { completenessParts, STROKES, strokes } from './completenessModel';

const all = (change: Partial<Completeness>): Completeness => ({
  organizations: 50, current: 50, stale: 0, unreachable: 0, never_read: 0, oldest_as_of: null, stale_since: null, unreachable_since: null, ...change,
});
const now = Date.parse('2026-10-14T09:41:00Z');

it('is whole and says nothing more when all is current', () => {
  expect(strokes(all({}))).toEqual(Array.from({ length: STROKES }, () => 'current'));
  expect(completenessParts(all({}), now)).toEqual([]);
});

it('gives a problem a stroke even if it is one in 40,000', () => {
  const drawn = strokes(all({ organizations: 40_000, current: 39_999, unreachable: 1 }));
  expect(drawn.filter((state) => state === 'unreachable')).toHaveLength(1);
  expect(drawn).toHaveLength(STROKES);
});

it('keeps a stroke for what is current while anything is', () => {
  expect(strokes(all({ organizations: 100, current: 1, stale: 99 }))[0]).toBe('current');
  expect(strokes(all({ organizations: 2, current: 0, unreachable: 2 }))).not.toContain('current');
});

it('draws nothing for nothing', () => {
  expect(strokes(all({ organizations: 0, current: 0 }))).toEqual([]);
});

it('uses the words of the design', () => {
  const words = completenessParts(all({
    current: 46, stale: 2, unreachable: 1, never_read: 1, stale_since: '2026-10-14T06:20:00Z', unreachable_since: '2026-10-14T09:12:00Z',
  }), now).map((part) => part.words);
  expect(words).toEqual(['2 from 3 h ago', '1 unreachable since 09:12 GMT', '1 never read']);
  const many = completenessParts(all({ current: 45, stale: 3, unreachable: 2, stale_since: '2026-10-14T04:20:00Z', unreachable_since: '2026-10-14T04:35:00Z' }), now);
  expect(many.map((part) => part.words)).toEqual(['3 stale, the oldest from 5 h ago', '2 unreachable, the longest since 04:35 GMT']);
});
