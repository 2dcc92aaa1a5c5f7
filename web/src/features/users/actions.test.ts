import { expect, it } from 'vitest';
import { ACTION_WORD } from '../../shared/actionWords';
import { ACTION_GROUPS, ACTIONS, fill, possibility, REASON_WORD } from './actions';

it('offers every action exactly once in the menu', () => {
  const offered = ACTION_GROUPS.flatMap((group) => group.actions);
  expect([...offered].sort()).toEqual(Object.keys(ACTIONS).sort());
  expect(new Set(offered).size).toBe(offered.length);
});

it('has a word and an icon for every action, and a consequence wherever it asks', () => {
  expect(Object.keys(ACTION_WORD).sort()).toEqual(Object.keys(ACTIONS).sort());
  for (const [action, look] of Object.entries(ACTIONS)) {
    expect(look.icon).toBeTruthy();
    if (look.needs === 'confirm' || look.needs === 'typed') expect(look.consequence, action).toBeTruthy();
  }
});

it('does not give one key to two actions', () => {
  const keys = Object.values(ACTIONS).flatMap((look) => look.key ?? []);
  expect(new Set(keys).size).toBe(keys.length);
});

it('says why an action is not possible, short for the menu and whole for the tooltip', () => {
  const told = possibility('suspend', [{ action: 'suspend', allowed: false, reason: { code: 'connector_cannot', short: 'WordPress cannot', detail: 'WordPress has no suspended state.' } }]);
  expect(told).toEqual({ allowed: false, short: 'WordPress cannot', detail: 'WordPress has no suspended state.' });
});

it('falls back to the word of the code, and never past 28 characters', () => {
  const told = possibility('unlock', [{ action: 'unlock', allowed: false, reason: { code: 'wrong_state', detail: 'x' } }]);
  expect(told.short).toBe(REASON_WORD.wrong_state);
  for (const word of Object.values(REASON_WORD)) expect(word.length).toBeLessThanOrEqual(28);
});

it('allows nothing before the server has told', () => {
  expect(possibility('unlock', undefined).allowed).toBe(false);
  expect(possibility('unlock', []).allowed).toBe(false);
});

it('names the user in what will happen', () => {
  expect(fill('A mail goes to {email}. {user} waits.', { username: 'maeve', email: '' })).toBe('A mail goes to maeve. maeve waits.');
});
