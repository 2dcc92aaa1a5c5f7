import { expect, it } from 'vitest';
import { count, percent, plural } from './numbers';
import { pathText } from './PathLine';
import { clock, gmt, relative } from './time';
import { parseSearch, stringifySearch } from './urlState';

const now = Date.parse('2026-11-22T06:00:00Z');

it('says how long ago up to seven days, then the day', () => {
  expect(relative('2026-11-22T05:59:40Z', now)).toBe('just now');
  expect(relative('2026-11-22T05:48:00Z', now)).toBe('12 min ago');
  expect(relative('2026-11-22T02:30:00Z', now)).toBe('3 h ago');
  expect(relative('2026-11-18T02:30:00Z', now)).toBe('4 d ago');
  expect(relative('2026-09-29T14:03:00Z', now)).toBe('29 Sep 2026');
});

it('always names GMT, and the day when it is another one', () => {
  expect(gmt('2026-09-29T14:03:59Z')).toBe('2026-09-29 14:03 GMT');
  expect(clock('2026-11-22T04:35:00Z', now)).toBe('04:35 GMT');
  expect(clock('2026-11-21T22:35:00Z', now)).toBe('21 Nov 22:35 GMT');
});

it('writes counts with commas and shares in percent', () => {
  expect(count(8412)).toBe('8,412');
  expect(percent(65, 100)).toBe('65 %');
  expect(percent(1, 0)).toBe('–');
  expect(plural(1, 'directory', 'directories')).toBe('1 directory');
  expect(plural(2, 'directory', 'directories')).toBe('2 directories');
});

it('keeps the address readable, and texts texts', () => {
  const search = { q: '123', filter: 'status eq "ACTIVE"', scope: 'a&b', user: undefined };
  expect(parseSearch(stringifySearch(search))).toEqual({ q: '123', filter: 'status eq "ACTIVE"', scope: 'a&b' });
  expect(stringifySearch({ q: '', user: undefined })).toBe('');
});

it('isolates the names of a path, so that Arabic ones do not swap places', () => {
  expect(pathText(['Gulf', 'أرز', 'شركة'])).toBe('\u2068Gulf\u2069  ›  \u2068أرز\u2069  ›  \u2068شركة\u2069');
});
