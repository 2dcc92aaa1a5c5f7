import { expect, it } from 'vitest';
import { ruleOf, rulesOf, shownRules } from './policyModel';

it('sends only an organization’s own rules', () => {
  const texts = shownRules({ password_length_min: 16, mfa_required: true, activity_days: null });
  expect(rulesOf(texts)).toEqual({ password_length_min: 16, mfa_required: true });
  expect(rulesOf({ ...texts, password_length_min: '', activity_days: '0' })).toEqual({ activity_days: 0, mfa_required: true });
});

it('tells a number from none and from nonsense', () => {
  expect([ruleOf(' 14 '), ruleOf(''), ruleOf('a few'), ruleOf('-1')]).toEqual([14, null, undefined, undefined]);
});
