import { expect, it } from 'vitest';
import { checkSetup, safeNext } from './setupModel';

const good = { platform_name: 'Nordwind', username: 'admin', email: 'a@b.example', first_name: '', last_name: '', password: 'correct horse', again: 'correct horse' };

it('accepts a whole form', () => {
  expect(checkSetup(good)).toEqual({});
});

it('names each field that is wrong', () => {
  expect(Object.keys(checkSetup({ ...good, platform_name: ' ', username: '', email: 'x', password: 'short', again: 'other' })).sort())
    .toEqual(['again', 'email', 'password', 'platform_name', 'username']);
});

it('goes only to addresses of this site after sign-in', () => {
  expect(safeNext('/users?q=x')).toBe('/users?q=x');
  for (const bad of [undefined, '', 'https://evil.example', '//evil.example', '/\\evil.example', 'javascript:alert(1)', '/sign-in?next=x']) expect(safeNext(bad)).toBe('/users');
});
