import type { Plan, PlanItem } from '../../api/client';
import { bulkWord, isDestructive } from '../../shared/bulkWords';
import { t } from '../../shared/i18n';

/** From so many users on, the verb and the number are typed. */
export const TYPED_FROM = 25;
/** A reason that comes after the preview makes the same plan again from the ids; more do not fit into one request. */
export const REASON_LATER_MAX = 20_000;

/** The phrase to type before the plan may run; null when one click is enough. */
export function phraseOf(plan: Plan): string | null {
  const { change } = plan.counts;
  if (change === 0 || (change < TYPED_FROM && !isDestructive(plan.action))) return null;
  return `${bulkWord(plan.action).toLowerCase()} ${String(change)}`;
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
