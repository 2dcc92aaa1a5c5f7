import { expect, it } from 'vitest';
import type { Role } from '../api/client';
import { endOfDay, roleName, summary, whyNotGiven } from './roleModel';

const acme = { slug: 'acme', name: 'Acme', path: ['Nordwind', 'West'] };
const clerk: Role = { id: 'r1', name: 'Clerk', built_in: false, organization: { id: '1', slug: 'west', name: 'West', kind: 'partner' }, permissions: ['users.view', 'users.unlock'] };

it('names built-in roles in the language of the page, and others as they are', () => {
  expect(roleName({ id: 'help_desk', name: 'Help Desk' })).toBe('Help desk');
  expect(roleName(clerk)).toBe('Clerk');
});

it('says why a role cannot be given', () => {
  expect(whyNotGiven(clerk, acme, ['users.view', 'users.unlock'])).toBe('');
  expect(whyNotGiven(clerk, acme, ['users.view'])).toContain('Unlock');
  expect(whyNotGiven({ ...clerk, organization: { id: '2', slug: 'east', name: 'East', kind: 'partner' } }, acme, clerk.permissions)).toBe('it belongs to East');
});

it('says a few permissions and counts the rest', () => {
  expect(summary([])).toBe('Nothing beyond one’s own profile.');
  expect(summary(['users.view', 'users.unlock', 'users.delete', 'users.edit'])).toMatch(/and 1 more$/);
});

it('ends a grant with its day', () => {
  expect(endOfDay('2027-01-31')).toBe('2027-01-31T23:59:59Z');
  expect(endOfDay('')).toBeUndefined();
});
