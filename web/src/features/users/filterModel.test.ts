import { describe, expect, it } from 'vitest';
import { conditions, EMPTY_FILTER, fromExpression, toExpression, withChosen, withoutOther } from './filterModel';

describe('a filter and its SCIM expression', () => {
  const cases: [string, string][] = [
    ['one value', 'status eq "LOCKED_OUT"'],
    ['several values of one facet', '(status eq "LOCKED_OUT" or status eq "SUSPENDED")'],
    ['several facets', 'organization eq "o-1" and (status eq "ACTIVE" or status eq "STAGED") and mfa.enrolled eq false'],
    ['an unknown second factor', 'not (mfa.enrolled pr)'],
    ['on and unknown', '(mfa.enrolled eq true or not (mfa.enrolled pr))'],
    ['a value with quotes', 'role eq "the \\"boss\\" and (co)"'],
    ['a condition the popover does not know', 'status eq "ACTIVE" and created_at lt "2026-07-01T00:00:00Z"'],
    ['a group over two attributes', '(username sw "a" or email ew "b")'],
  ];
  it.each(cases)('keeps %s', (_, expression) => {
    expect(toExpression(fromExpression(expression))).toBe(expression);
  });

  it('becomes nothing when nothing is set', () => {
    expect(toExpression(EMPTY_FILTER)).toBeUndefined();
    expect(fromExpression(undefined)).toEqual(EMPTY_FILTER);
    expect(fromExpression('  ')).toEqual(EMPTY_FILTER);
  });

  it('reads the choices back', () => {
    expect(fromExpression('(mfa.enrolled eq true or not (mfa.enrolled pr)) and status eq "ACTIVE"')).toEqual({
      chosen: { mfa: ['enrolled', 'unknown'], status: ['ACTIVE'] }, other: [],
    });
  });

  it('is case-insensitive in words, as SCIM is', () => {
    expect(fromExpression('STATUS EQ "ACTIVE" AND mfa.enrolled EQ true').chosen).toEqual({ status: ['ACTIVE'], mfa: ['enrolled'] });
  });

  it('does not take an or at the top apart', () => {
    const mixed = fromExpression('status eq "ACTIVE" and role eq "x" or username eq "y"');
    expect(mixed.chosen).toEqual({});
    expect(toExpression(withChosen(mixed, 'status', ['STAGED']))).toBe('status eq "STAGED" and (status eq "ACTIVE" and role eq "x" or username eq "y")');
  });

  it('reads alternatives without parentheses', () => {
    expect(fromExpression('status eq "ACTIVE" or status eq "STAGED"').chosen).toEqual({ status: ['ACTIVE', 'STAGED'] });
  });

  it('hands what does not balance to the server as it is', () => {
    expect(fromExpression('status eq "ACTIVE').other).toEqual(['status eq "ACTIVE']);
    expect(fromExpression('(status eq "A"').other).toHaveLength(1);
  });

  it('keeps a second condition on the same facet apart: both must hold', () => {
    expect(fromExpression('role eq "a" and role eq "b"')).toEqual({ chosen: { role: ['a'] }, other: ['role eq "b"'] });
  });

  it('counts and removes conditions', () => {
    const model = fromExpression('status eq "ACTIVE" and created_at lt "2026" and role eq "a"');
    expect(conditions(model)).toBe(3);
    expect(toExpression(withoutOther(model, 0))).toBe('status eq "ACTIVE" and role eq "a"');
  });
});
