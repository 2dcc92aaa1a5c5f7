import { t } from '../../shared/i18n';
import { specOf } from './columnsModel';

/** One condition on a column, as its menu edits it: email co "x", last_login_at lt "2026-07-01T00:00:00Z", not (phone pr). */
export interface Condition {
  field: string;
  op: Operator;
  value: string;
}

export type Operator = 'co' | 'sw' | 'ew' | 'eq' | 'ne' | 'lt' | 'ge' | 'pr' | 'none';

export const TEXT_FIELDS: readonly string[] = ['username', 'first_name', 'last_name', 'display_name', 'email', 'phone', 'native_id', 'role'];
export const TIME_FIELDS: readonly string[] = ['last_login_at', 'created_at', 'modified_at', 'seen_at'];

export const OPERATOR_WORD: Record<Operator, string> = {
  co: t('contains'), sw: t('starts with'), ew: t('ends with'), eq: t('is'), ne: t('is not'), lt: t('before'), ge: t('since'), pr: t('is known'), none: t('is not known'),
};

export function operatorsOf(field: string): readonly Operator[] {
  if (TEXT_FIELDS.includes(field)) return ['co', 'sw', 'ew', 'eq', 'ne', 'none', 'pr'];
  if (TIME_FIELDS.includes(field)) return ['lt', 'ge', 'none', 'pr'];
  return [];
}

export function needsValue(op: Operator): boolean {
  return op !== 'pr' && op !== 'none';
}

export function conditionText({ field, op, value }: Condition): string {
  if (op === 'pr') return `${field} pr`;
  if (op === 'none') return `not (${field} pr)`;
  return `${field} ${op} ${JSON.stringify(TIME_FIELDS.includes(field) && /^\d{4}-\d\d-\d\d$/.test(value) ? `${value}T00:00:00Z` : value)}`;
}

function isOperator(text: string): text is Operator {
  return text in OPERATOR_WORD;
}

/** The condition if it is one that a column's menu can edit. */
export function parseConditionText(expression: string): Condition | null {
  const none = /^not \((\w+) pr\)$/i.exec(expression);
  const present = /^(\w+) pr$/i.exec(expression);
  const compared = /^(\w+) (\w\w) ("(?:[^"\\]|\\.)*")$/.exec(expression);
  const field = none?.[1] ?? present?.[1] ?? compared?.[1] ?? '';
  if (operatorsOf(field).length === 0) return null;
  if (none) return { field, op: 'none', value: '' };
  if (present) return { field, op: 'pr', value: '' };
  const op = compared?.[2]?.toLowerCase() ?? '';
  if (!isOperator(op) || !compared?.[3]) return null;
  try {
    const value: unknown = JSON.parse(compared[3]);
    return typeof value === 'string' ? { field, op, value: TIME_FIELDS.includes(field) ? value.slice(0, 10) : value } : null;
  } catch {
    return null;
  }
}

/** For a chip: "E-mail", "contains", "smith". */
export function conditionWords(condition: Condition): { label: string; op: string; value: string } {
  return { label: specOf(condition.field)?.header ?? condition.field, op: OPERATOR_WORD[condition.op], value: needsValue(condition.op) ? condition.value : '' };
}

/** The other conditions with those on this field replaced by a new one, or taken away. */
export function withCondition(other: readonly string[], field: string, condition: Condition | null): string[] {
  const rest = other.filter((expression) => parseConditionText(expression)?.field !== field);
  return condition ? [...rest, conditionText(condition)] : rest;
}
