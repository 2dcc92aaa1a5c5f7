import { text } from '../../shared/urlState';

export interface ActivitySearch {
  scope?: string | undefined;
  q?: string | undefined;
  /** Only this outcome. */
  outcome?: string | undefined;
}

export function validateActivity(search: ActivitySearch): ActivitySearch {
  return { scope: text(search.scope), q: text(search.q), outcome: text(search.outcome) };
}
