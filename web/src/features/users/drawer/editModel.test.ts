import { expect, it } from 'vitest';
import { changesOf, conflictsOf, type EditValues } from './editModel';

const before: EditValues = { username: 'maeve', first_name: 'Maeve', last_name: 'Sutherland', display_name: '', email: 'm@x.example', phone: '' };

it('sends only what was changed', () => {
  expect(changesOf(before, { ...before, phone: '1' })).toEqual({ phone: '1' });
  expect(changesOf(before, { ...before })).toBeNull();
});

it('can empty a field', () => {
  expect(changesOf(before, { ...before, email: '' })).toEqual({ email: '' });
});

it('names only fields that both changed, and differently', () => {
  const mine = { ...before, phone: '1', last_name: 'Berg', first_name: 'Ada' };
  const theirs = { ...before, phone: '2', last_name: 'Berg', email: 'other' };
  expect(conflictsOf(before, mine, theirs)).toEqual(['phone']);
});
