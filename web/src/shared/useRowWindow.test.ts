import { expect, it } from 'vitest';
import { place, rowGeometry } from './useRowWindow';

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

it('keeps a row at its place while it is in the window, and gives the places of those that went to those that came', () => {
  const first = place([], 0, 4);
  expect(first.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4]);
  const next = place(first, 2, 6);
  for (const index of [2, 3, 4]) expect(next.findIndex((one) => one.index === index)).toBe(index);
  expect(next.map(({ slot }) => slot)).toEqual(first.map(({ slot }) => slot));
  expect(next.map(({ index }) => index).sort()).toEqual([2, 3, 4, 5, 6]);
});

it('has as many places as rows, each once, however far one jumps', () => {
  let places = place([], 0, 9);
  for (const [from, to] of [[500, 509], [505, 507], [400, 419], [0, 0], [3, 12]] as const) {
    places = place(places, from, to);
    expect(places.map(({ index }) => index).sort((a, b) => a - b)).toEqual(Array.from({ length: to - from + 1 }, (_, i) => from + i));
    expect(new Set(places.map(({ slot }) => slot)).size).toBe(places.length);
  }
});
