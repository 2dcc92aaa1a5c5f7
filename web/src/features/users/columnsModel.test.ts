import { expect, it } from 'vitest';
import { columnsParameter, DEFAULT_CHOICE, moveColumn, parseColumns, resizeColumn, toggleColumn } from './columnsModel';

it('is not in the address while it is the default', () => {
  expect(columnsParameter(DEFAULT_CHOICE)).toBeUndefined();
  expect(parseColumns(undefined)).toBe(DEFAULT_CHOICE);
});

it('goes through the address and back', () => {
  const choice = resizeColumn(resizeColumn(moveColumn(toggleColumn(DEFAULT_CHOICE, 'role'), 'mfa', -1), 'email', 240), 'username', 200);
  expect(parseColumns(columnsParameter(choice))).toEqual(choice);
});

it('survives hiding every column', () => {
  const none = DEFAULT_CHOICE.order.reduce(toggleColumn, DEFAULT_CHOICE);
  expect(parseColumns(columnsParameter(none)).order).toEqual([]);
});

it('puts a column back at its place', () => {
  expect(toggleColumn(toggleColumn(DEFAULT_CHOICE, 'role'), 'role').order).toEqual(DEFAULT_CHOICE.order);
});

it('ignores unknown columns, repeats and impossible widths', () => {
  expect(parseColumns('email:99999,email,nonsense,role:x')).toEqual({ order: ['email', 'role'], widths: { email: 800 } });
});

it('does not move a column past the end', () => {
  expect(moveColumn(DEFAULT_CHOICE, 'first_name', -1)).toBe(DEFAULT_CHOICE);
});
