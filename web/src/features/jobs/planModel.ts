import type { Plan, PlanItem } from '../../api/client';
import { bulkWord, isDestructive } from '../../shared/bulkWords';
import { t } from '../../shared/i18n';

/** From so many users on, the verb and the number are typed. */
export const TYPED_FROM = 25;
/** A reason that comes after the preview makes the same plan again from the ids; more do not fit into one request. */
export const REASON_LATER_MAX = 20_000;

/** What is a large part of an organization: one in three of its users. */
const LARGE_PART = 3;

/** The organizations of whose size it depends whether the phrase is typed. One user alone is nowhere a large part: one click does that from the list too. */
export function inDoubt(plan: Plan): { id: string; change: number }[] {
  if (plan.counts.change >= TYPED_FROM || isDestructive(plan.action)) return [];
  return plan.by_organization.filter(({ counts }) => counts.change > 1).map(({ organization, counts }) => ({ id: organization.id, change: counts.change }));
}

export function isLargePart(change: number, users: number): boolean {
  return change * LARGE_PART >= users;
}

/** The phrase to type before the plan may run; null when one click is enough. `large`: some organization changes to a large part. */
export function phraseOf(plan: Plan, large: boolean): string | null {
  const { change } = plan.counts;
  if (change === 0 || (change < TYPED_FROM && !isDestructive(plan.action) && !large)) return null;
  return `${bulkWord(plan.action, plan.words).toLowerCase()} ${String(change)}`;
}

export function matches(typed: string, phrase: string | null): boolean {
  return phrase === null || typed.trim().toLowerCase().replace(/\s+/g, ' ') === phrase;
}

/** Whether a plan that was made again changes exactly the same users. */
export function sameUsers(a: readonly PlanItem[], b: readonly PlanItem[]): boolean {
  const ids = new Set(a.map((item) => item.user_id));
  return a.length === b.length && b.every((item) => ids.has(item.user_id));
}

export function duration(seconds: number): string {
  if (seconds < 2) return t('about a second');
  if (seconds < 90) return t('about {n} s', { n: seconds });
  if (seconds < 5400) return t('about {n} min', { n: Math.round(seconds / 60) });
  return t('about {n} h', { n: Math.round(seconds / 3600) });
}

const HIDDEN = '••••';

function isGroup(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What the action is given, one line a value: its name in plain letters, and what it is. */
export function valuesOf(parameters: Readonly<Record<string, unknown>>): [string, string][] {
  return Object.entries(parameters).flatMap(([name, value]) => (
    isGroup(value) ? valuesOf(value) : [[name.replace(/_/g, ' '), /password|secret|token/i.test(name) ? HIDDEN : typeof value === 'string' ? value || '–' : JSON.stringify(value)]]
  ));
}
