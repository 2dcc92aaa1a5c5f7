import { expect, it } from 'vitest';
import { conditionText, conditionWords, parseConditionText, withCondition } from './conditionModel';

it('goes to the filter language and back', () => {
  for (const condition of [
    { field: 'email', op: 'co', value: 'a "b"' }, { field: 'last_login_at', op: 'lt', value: '2026-07-01' },
    { field: 'phone', op: 'none', value: '' }, { field: 'username', op: 'pr', value: '' },
  ] as const) expect(parseConditionText(conditionText(condition))).toEqual(condition);
});

it('leaves alone what a column menu cannot say', () => {
  for (const text of ['status eq "ACTIVE"', 'a co "x" or b co "y"', 'email xx "y"', '(email co "x")', 'email co "x" and phone pr']) expect(parseConditionText(text)).toBeNull();
});

it('replaces the condition of the same column only', () => {
  const other = ['email co "a"', 'phone pr', 'x eq "y"'];
  expect(withCondition(other, 'email', { field: 'email', op: 'sw', value: 'b' })).toEqual(['phone pr', 'x eq "y"', 'email sw "b"']);
  expect(withCondition(other, 'phone', null)).toEqual(['email co "a"', 'x eq "y"']);
});

it('says it in words', () => {
  expect(conditionWords({ field: 'created_at', op: 'lt', value: '2026-07-01' })).toEqual({ label: 'Added', op: 'before', value: '2026-07-01' });
});
