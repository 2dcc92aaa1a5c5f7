import { expect, it } from 'vitest';
import { columnsParameter, DEFAULT_CHOICE, moveColumn, parseColumns, placeColumn, resizeColumn, shownOrder, toggleColumn, togglePin } from './columnsModel';

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
  expect(parseColumns('email:99999,email,nonsense,role:x')).toEqual({ order: ['email', 'role'], pinned: [], widths: { email: 800 } });
});

it('does not move a column past the end', () => {
  expect(moveColumn(DEFAULT_CHOICE, 'first_name', -1)).toBe(DEFAULT_CHOICE);
});

it('keeps pinned columns first, in the address too', () => {
  const choice = togglePin(togglePin(DEFAULT_CHOICE, 'organization'), 'email');
  expect(shownOrder(choice).slice(0, 2)).toEqual(['email', 'organization']);
  expect(parseColumns(columnsParameter(choice)).pinned).toEqual(['email', 'organization']);
  expect(togglePin(choice, 'email').pinned).toEqual(['organization']);
});

it('puts a dragged column before the one it is dropped on', () => {
  expect(placeColumn(DEFAULT_CHOICE, 'organization', 'first_name').order.slice(0, 2)).toEqual(['organization', 'first_name']);
  expect(placeColumn(DEFAULT_CHOICE, 'email', 'email')).toBe(DEFAULT_CHOICE);
  expect(placeColumn(togglePin(DEFAULT_CHOICE, 'email'), 'mfa', 'email').pinned).toEqual(['email', 'mfa']);
});
