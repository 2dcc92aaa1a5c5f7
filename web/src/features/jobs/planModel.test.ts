import { expect, it } from 'vitest';
import type { Plan } from '../../api/client';
import { duration, matches, phraseOf, valuesOf } from './planModel';

function plan(action: string, change: number): Plan {
  return {
    id: 'p', hash: 'h', action, words: action, parameters: {}, selection: '', reason: null, ticket: null, counts: { change, already_so: 0, not_allowed: 0, dropped: 0 }, by_organization: [],
    organizations: 1, irreversible: false, estimate_seconds: 1, created_at: null, expires_at: null, job_id: null, undoes: null,
  };
}

it('asks for the phrase for many users, and for every deletion', () => {
  expect(phraseOf(plan('suspend', 24))).toBeNull();
  expect(phraseOf(plan('suspend', 37))).toBe('suspend 37');
  expect(phraseOf(plan('delete', 2))).toBe('delete 2');
  expect(phraseOf(plan('delete', 0))).toBeNull();
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
  expect(phraseOf({ ...plan('x.ldap.move', 30), words: 'Move to another unit' })).toBe('move to another unit 30');
});
