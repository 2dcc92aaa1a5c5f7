import { currentLanguage, locale, t } from './i18n';

const MONTHS = t('Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec').split(' ');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

// One formatter for the page: making one per cell costs more than drawing the row.
const LOCAL = new Intl.DateTimeFormat(currentLanguage() === 'de' ? locale() : undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** "4 d ago" up to 7 days, then "29 Sep 2026". */
export function relative(iso: string, now = Date.now()): string {
  const at = Date.parse(iso);
  const age = now - at;
  if (age < MINUTE) return t('just now');
  if (age < HOUR) return t('{n} min ago', { n: Math.floor(age / MINUTE) });
  if (age < DAY) return t('{n} h ago', { n: Math.floor(age / HOUR) });
  if (age < 7 * DAY) return t('{n} d ago', { n: Math.floor(age / DAY) });
  return day(at);
}

function day(at: number): string {
  const date = new Date(at);
  return `${String(date.getUTCDate())} ${MONTHS[date.getUTCMonth()] ?? ''} ${String(date.getUTCFullYear())}`;
}

/** "29 Sep 2026": for ends, which lie ahead. */
export function dayOf(iso: string): string {
  return day(Date.parse(iso));
}

/** "2026-09-29 14:03 GMT" */
export function gmt(iso: string): string {
  return `${new Date(iso).toISOString().slice(0, 16).replace('T', ' ')} GMT`;
}

/** "14:03 GMT" today, "21 Nov 14:03 GMT" on another day: a time of day alone would lie then. */
export function clock(iso: string, now = Date.now()): string {
  const date = new Date(iso);
  const time = `${date.toISOString().slice(11, 16)} GMT`;
  if (date.toISOString().slice(0, 10) === new Date(now).toISOString().slice(0, 10)) return time;
  return `${String(date.getUTCDate())} ${MONTHS[date.getUTCMonth()] ?? ''} ${time}`;
}

/** What a tooltip says about a time. */
export function timeTip(iso: string): string {
  return `${gmt(iso)}\n${t('Local')}: ${LOCAL.format(Date.parse(iso))}`;
}
