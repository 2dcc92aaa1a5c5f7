import { text } from '../../shared/urlState';

export interface ActivitySearch {
  scope?: string | undefined;
  q?: string | undefined;
  /** Only this outcome. */
  outcome?: string | undefined;
  action?: string | undefined;
  /** From this day on, in GMT. */
  since?: string | undefined;
}

export function validateActivity(search: ActivitySearch): ActivitySearch {
  return { scope: text(search.scope), q: text(search.q), outcome: text(search.outcome), action: text(search.action), since: /^\d{4}-\d\d-\d\d$/.test(search.since ?? '') ? search.since : undefined };
}
