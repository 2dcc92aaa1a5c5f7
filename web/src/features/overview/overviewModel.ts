import type { Organization, Run, User } from '../../api/client';

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
export const DAYS = 30;
export const HOURS = 24;

export interface Coverage {
  organization: Organization;
  enrolled: number;
  unknown: number;
  total: number;
}

/** Organizations with users of their own, the lowest share of second factors first. Where little is known a share would say nothing. */
export function coverageOf(organizations: readonly Organization[]): Coverage[] {
  return organizations.filter((organization) => organization.connections.length > 0 && organization.users > 0 && organization.children === 0)
    .map((organization) => {
      const { enrolled, not_enrolled, unknown } = organization.mfa_counts;
      return { organization, enrolled, unknown, total: enrolled + not_enrolled + unknown };
    })
    .filter(({ total, unknown }) => unknown * 2 < total)
    .sort((a, b) => a.enrolled / a.total - b.enrolled / b.total);
}

export interface Day {
  at: number;
  count: number;
}

/** Users by the day they were last changed, oldest first; the days are those of GMT. */
export function byDay(users: readonly User[], now: number): Day[] {
  const today = Math.floor(now / DAY_MS);
  const days = Array.from({ length: DAYS }, (_, i): Day => ({ at: (today - DAYS + 1 + i) * DAY_MS, count: 0 }));
  for (const user of users) {
    if (!user.modified_at) continue;
    const day = days[Math.floor(Date.parse(user.modified_at) / DAY_MS) - today + DAYS - 1];
    if (day) day.count += 1;
  }
  return days;
}

export type Cell = 'read' | 'mixed' | 'failed' | 'none' | 'unknown';

/** How the readings of each hour ended, oldest first. What lies before the first known run is not known. */
export function hoursOf(runs: readonly Run[], whole: boolean, now: number): Cell[] {
  const hour = Math.floor(now / HOUR_MS);
  const ended = runs.flatMap((run) => (run.finished_at ? [{ hour: Math.floor(Date.parse(run.finished_at) / HOUR_MS), good: run.state === 'succeeded' }] : []));
  const oldest = whole ? -Infinity : Math.min(...ended.map((run) => run.hour));
  return Array.from({ length: HOURS }, (_, i): Cell => {
    const at = hour - HOURS + 1 + i;
    const here = ended.filter((run) => run.hour === at);
    if (here.length === 0) return at < oldest ? 'unknown' : 'none';
    const good = here.filter((run) => run.good).length;
    return good === here.length ? 'read' : good > 0 ? 'mixed' : 'failed';
  });
}

/** A round number at or above, for the top of an axis: 1, 2, 3, 6, 9, 15, 30 ... divisible by three. */
export function axisTop(most: number): number {
  for (let unit = 1; ; unit *= 10) for (const step of [3, 6, 9, 15]) if (step * unit >= most) return step * unit;
}

/** Conditions on the last sign-in of those who are inactive. */
export function inactiveRanges(now: number): { from: number; to: number | null; filter: string }[] {
  const day = (days: number) => `"${new Date(now - days * DAY_MS).toISOString().slice(0, 10)}T00:00:00Z"`;
  return [
    { from: 90, to: 120, filter: `last_login_at lt ${day(90)} and last_login_at ge ${day(120)}` },
    { from: 120, to: 180, filter: `last_login_at lt ${day(120)} and last_login_at ge ${day(180)}` },
    { from: 180, to: null, filter: `last_login_at lt ${day(180)}` },
  ];
}
