import { expect, it } from 'vitest';
import { changesOf, conflictsOf, wrongOf, type EditField } from './editModel';

const field = (pointer: string, more: Partial<EditField> = {}): EditField => ({ pointer, label: pointer, kind: 'text', required: false, editable: true, attribute: undefined, ...more });
const fields = [field('/username', { required: true }), field('/last_name'), field('/email', { kind: 'email' }), field('/phone'),
  field('/attributes/title', { attribute: 'title' }), field('/attributes/level', { attribute: 'level', kind: 'number' })];
const before = { '/username': 'maeve', '/last_name': 'Sutherland', '/email': 'm@x.example', '/phone': '', '/attributes/title': 'Counsel', '/attributes/level': '2' };

it('sends only what was changed', () => {
  expect(changesOf(fields, before, { ...before, '/phone': '1' })).toEqual({ phone: '1' });
  expect(changesOf(fields, before, { ...before })).toBeNull();
});

it('sends further attributes as their schema wants them, beside the fields', () => {
  expect(changesOf(fields, before, { ...before, '/phone': '1', '/attributes/level': '3', '/attributes/title': '' })).toEqual({ phone: '1', attributes: { level: 3, title: null } });
});

it('can empty a field, but not one that is needed', () => {
  expect(changesOf(fields, before, { ...before, '/email': '' })).toEqual({ email: '' });
  expect(Object.keys(wrongOf(fields, before, { ...before, '/username': ' ', '/attributes/level': 'many' }))).toEqual(['/username', '/attributes/level']);
});

it('names only fields that both changed, and differently', () => {
  const mine = { ...before, '/phone': '1', '/last_name': 'Berg' };
  const theirs = { ...before, '/phone': '2', '/last_name': 'Berg', '/email': 'other' };
  expect(conflictsOf(fields, before, mine, theirs).map(({ pointer }) => pointer)).toEqual(['/phone']);
});
