import { expect, it } from 'vitest';
import { readWindow, windowWords } from './maintenanceModel';

it('is said in words', () => {
  expect(windowWords({ days: ['sat', 'sun'], from: '22:00', minutes: 390 })).toBe('Sat, Sun from 22:00 GMT for 6 h 30 min');
  expect(windowWords({ days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], from: '01:00', minutes: 60 })).toBe('Every day from 01:00 GMT for 1 h');
});

it('is sent only when it is whole, with the days in their order', () => {
  expect(readWindow({ days: ['sun', 'fri'], from: '22:00', minutes: 60 })).toEqual({ days: ['fri', 'sun'], from: '22:00', minutes: 60 });
  expect(readWindow({ days: [], from: '22:00', minutes: 60 })).toBeNull();
  expect(readWindow({ days: ['sun'], from: '24:00', minutes: 60 })).toBeNull();
  expect(readWindow({ days: ['sun'], from: '22:00', minutes: 0 })).toBeNull();
});
