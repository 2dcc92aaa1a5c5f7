import { expect, it } from 'vitest';
import type { Plan } from '../../api/client';
import { duration, inDoubt, isLargePart, matches, phraseOf, valuesOf } from './planModel';

function plan(action: string, change: number): Plan {
  return {
    id: 'p', hash: 'h', action, words: action, parameters: {}, selection: '', reason: null, ticket: null, counts: { change, already_so: 0, not_allowed: 0, dropped: 0 }, by_organization: [],
    organizations: 1, irreversible: false, estimate_seconds: 1, created_at: null, expires_at: null, job_id: null, undoes: null,
  };
}

it('asks for the phrase for many users, and for every deletion', () => {
  expect(phraseOf(plan('suspend', 24), false)).toBeNull();
  expect(phraseOf(plan('suspend', 37), false)).toBe('suspend 37');
  expect(phraseOf(plan('delete', 2), false)).toBe('delete 2');
  expect(phraseOf(plan('delete', 0), true)).toBeNull();
});

it('takes the phrase however it is spaced, and nothing else', () => {
  expect(matches(' Suspend  37 ', 'suspend 37')).toBe(true);
  expect(matches('suspend 3', 'suspend 37')).toBe(false);
  expect(matches('', null)).toBe(true);
});

it('says a time in the unit people use', () => {
  expect([0, 50, 600, 7200].map(duration)).toEqual(['about a second', 'about 50 s', 'about 10 min', 'about 2 h']);
});

it('shows what an action is given, also where it is given in groups', () => {
  expect(valuesOf({ attributes: { employee_number: '7', phone: '' }, parent: 'ou=Berlin' })).toEqual([['employee number', '7'], ['phone', '–'], ['parent', 'ou=Berlin']]);
});

it('calls an action of a connector as the server does', () => {
  expect(phraseOf({ ...plan('x.ldap.move', 30), words: 'Move to another unit' }, false)).toBe('move to another unit 30');
});

it('asks for the phrase where a third of an organization changes', () => {
  const by = (id: string, change: number) => ({ organization: { id, slug: id, name: id, kind: 'tenant' as const, path: [] }, counts: { change, already_so: 0, not_allowed: 0, dropped: 0 } });
  const few: Plan = { ...plan('suspend', 6), by_organization: [by('a', 5), by('b', 1)] };
  expect(inDoubt(few)).toEqual([{ id: 'a', change: 5 }]);
  expect(inDoubt({ ...few, counts: { ...few.counts, change: 25 } })).toEqual([]);
  expect([isLargePart(5, 15), isLargePart(5, 16)]).toEqual([true, false]);
  expect(phraseOf(few, true)).toBe('suspend 6');
});
