import { expect, it } from 'vitest';
import { rowGeometry } from './useRowWindow';

it('finds every row where it says it is, with and without taller rows', () => {
  for (const extra of [new Map<number, number>(), new Map([[3, 128], [4, 128], [99, 50]])]) {
    const { topOf, indexAt, total } = rowGeometry(100, 36, extra);
    for (let i = 0; i < 100; i += 1) {
      expect(indexAt(topOf(i))).toBe(i);
      expect(indexAt(topOf(i) + 35 + (extra.get(i) ?? 0))).toBe(i);
    }
    expect(topOf(99) + 36 + (extra.get(99) ?? 0)).toBe(total);
  }
});

it('stays within the list', () => {
  const { indexAt, total } = rowGeometry(10, 36, new Map());
  expect(indexAt(-5)).toBe(0);
  expect(indexAt(total + 1000)).toBe(9);
  expect(rowGeometry(0, 36, new Map([[4, 10]])).total).toBe(0);
});
