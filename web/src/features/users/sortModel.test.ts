import { expect, it } from 'vitest';
import { PINNED, COLUMNS } from './columnsModel';
import { clickSort, DEFAULT_SORT, formatSort, parseSort, SORTABLE, sortParameter } from './sortModel';

it('sorts by modified, newest first, unless told', () => {
  expect(parseSort(undefined)).toEqual(DEFAULT_SORT);
  expect(sortParameter(DEFAULT_SORT)).toBeUndefined();
});

it('keeps several columns in their order', () => {
  const sort = '-modified_at,username';
  expect(formatSort(parseSort(sort))).toBe(sort);
  expect(sortParameter(parseSort(sort))).toBe(sort);
});

it('ignores what cannot be sorted by, and repeats', () => {
  expect(parseSort('nonsense,username,-username, ')).toEqual([{ id: 'username', desc: false }]);
});

it('turns round on a second click', () => {
  const once = clickSort(DEFAULT_SORT, 'email', false);
  expect(formatSort(once)).toBe('email');
  expect(formatSort(clickSort(once, 'email', false))).toBe('-email');
});

it('adds, turns and removes with shift', () => {
  const two = clickSort([{ id: 'email', desc: false }], 'role', true);
  expect(formatSort(two)).toBe('email,role');
  expect(formatSort(clickSort(two, 'role', true))).toBe('email,-role');
  expect(formatSort(clickSort(clickSort(two, 'role', true), 'role', true))).toBe('email');
  expect(clickSort([{ id: 'role', desc: true }], 'role', true)).toEqual(DEFAULT_SORT);
});

it('can sort by every column', () => {
  expect([...PINNED, ...COLUMNS].map((column) => column.id).filter((id) => !SORTABLE.includes(id))).toEqual([]);
});
