import type { PolicyRules } from '../../api/client';

export const NUMBERS = ['password_length_min', 'session_idle_minutes', 'session_absolute_minutes', 'inactive_days', 'activity_days'] as const;
export const BOOLEANS = ['mfa_required', 'reason_required'] as const;
export type NumberRule = (typeof NUMBERS)[number];
export type BooleanRule = (typeof BOOLEANS)[number];

/** As it is typed; empty: no rule of its own. */
export type RuleTexts = Record<NumberRule | BooleanRule, string>;

export function shownRules(own: PolicyRules): RuleTexts {
  const text = (name: NumberRule | BooleanRule) => { const value = own[name]; return value === null || value === undefined ? '' : String(value); };
  return {
    password_length_min: text('password_length_min'), session_idle_minutes: text('session_idle_minutes'), session_absolute_minutes: text('session_absolute_minutes'),
    inactive_days: text('inactive_days'), activity_days: text('activity_days'), mfa_required: text('mfa_required'), reason_required: text('reason_required'),
  };
}

/** The number of a text, null for none, undefined for what is no number. */
export function ruleOf(text: string): number | null | undefined {
  const plain = text.trim();
  if (plain === '') return null;
  return /^\d{1,7}$/.test(plain) ? Number(plain) : undefined;
}

/** Only its own rules are sent: what is left out comes from above. */
export function rulesOf(texts: RuleTexts): PolicyRules {
  const out: PolicyRules = {};
  for (const name of NUMBERS) { const value = ruleOf(texts[name]); if (typeof value === 'number') out[name] = value; }
  for (const name of BOOLEANS) if (texts[name] !== '') out[name] = texts[name] === 'true';
  return out;
}
