import { expect, it } from 'vitest';
import type { Job, JobOutcomes } from '../../api/client';
import { whyOf } from '../../shared/reason';
import { placeOf, standOf, troubleOf } from './jobModel';

const outcomes: JobOutcomes = { done: 20, already_so: 1, skipped: 1, failed: 2, unknown: 1, cancelled: 0, pending: 3 };

it('puts failures first, then what is not known, then what runs', () => {
  const order = Array.from({ length: 28 }, (_, i) => placeOf(i, outcomes)?.outcome);
  expect(order.slice(0, 8)).toEqual(['failed', 'failed', 'unknown', 'pending', 'pending', 'pending', 'skipped', 'already_so']);
  expect(placeOf(27, outcomes)).toEqual({ outcome: 'done', offset: 19 });
  expect(placeOf(28, outcomes)).toBeNull();
});

it('never shows a job with a failed item as well', () => {
  const job: Pick<Job, 'state' | 'outcomes'> = { state: 'finished', outcomes };
  expect(troubleOf(outcomes)).toBe('2 failed, 1 unknown');
  // Only the two parts matter here.
  const stand = standOf(Object.assign(Object.create(null), job));
  expect(stand.tone).toBe('badt');
  expect(stand.words).toBe('Finished with 2 failed, 1 unknown');
});

it('says no reason where there is none', () => {
  expect(whyOf({ reason: 'Undo: ', ticket: 'T-1' })).toEqual(['T-1']);
  expect(whyOf({ reason: 'Undo: Contract ended', ticket: null })).toEqual(['Undo: Contract ended']);
});
