import { text } from '../../shared/urlState';

export interface ActivitySearch {
  scope?: string | undefined;
  q?: string | undefined;
  /** Only this outcome. */
  outcome?: string | undefined;
  action?: string | undefined;
  /** From this day on, and up to its end, in GMT. */
  since?: string | undefined;
  until?: string | undefined;
  /** Only what this account did. */
  actor?: string | undefined;
  /** Only what was done to this user. */
  user?: string | undefined;
}

const DAY = /^\d{4}-\d\d-\d\d$/;

function day(value: unknown): string | undefined {
  const given = text(value);
  return given && DAY.test(given) ? given : undefined;
}

export function validateActivity(search: ActivitySearch): ActivitySearch {
  return {
    scope: text(search.scope), q: text(search.q), outcome: text(search.outcome), action: text(search.action),
    since: day(search.since), until: day(search.until), actor: text(search.actor), user: text(search.user),
  };
}

/** The conditions as the server's filter; empty when there are none. */
export function activityFilter(search: ActivitySearch): string {
  const is = (field: string, value: string | undefined) => (value ? [`${field} eq ${JSON.stringify(value)}`] : []);
  return [
    ...is('outcome', search.outcome), ...is('action', search.action), ...is('actor', search.actor), ...is('user', search.user),
    ...(search.since ? [`at ge "${search.since}T00:00:00Z"`] : []),
    ...(search.until ? [`at le "${search.until}T23:59:59Z"`] : []),
  ].join(' and ');
}

/** Where the same list is handed out as a file. */
export function exportAddress(search: ActivitySearch, format: 'csv' | 'ndjson'): string {
  const parameters = new URLSearchParams({ format });
  for (const [name, value] of [['scope', search.scope], ['q', search.q], ['filter', activityFilter(search)]] as const) if (value) parameters.set(name, value);
  return `/api/v1/activity/export?${parameters.toString()}`;
}
