import { expect, it } from 'vitest';
import document from '../../../api/openapi.yaml?raw';
import { missing, PERMISSION_GROUPS, permissionWord } from './permissions';

it('has plain words for every permission of the API', () => {
  const list = /^ {4}Permission:\n(?:.*\n)*? {6}enum:\n((?: {8}- .*\n)+)/m.exec(document)?.[1]?.trim().split(/\s*- /).map((one) => one.trim()).filter(Boolean);
  expect(list?.length).toBeGreaterThan(15);
  expect(PERMISSION_GROUPS.flatMap(({ items }) => items.map(({ permission }) => permission)).sort()).toEqual(list?.sort());
});

it('says what is not held', () => {
  expect(missing(['users.view', 'users.edit'], ['users.view'])).toEqual(['users.edit']);
  expect(permissionWord('users.teleport')).toBe('users.teleport');
});
