import type { MaintenanceWindowState } from '../../api/client';
import { t } from '../../shared/i18n';

export type Window = NonNullable<MaintenanceWindowState['window']>;
type Day = Window['days'][number];

export interface WindowForm {
  days: readonly Day[];
  from: string;
  minutes: number;
}

export const DAYS: readonly { day: Day; word: string }[] = [
  { day: 'mon', word: t('Mon') }, { day: 'tue', word: t('Tue') }, { day: 'wed', word: t('Wed') }, { day: 'thu', word: t('Thu') },
  { day: 'fri', word: t('Fri') }, { day: 'sat', word: t('Sat') }, { day: 'sun', word: t('Sun') },
];

const WEEK_MIN = 7 * 24 * 60;

/** What was filled in as the server takes it, or null while something is missing. */
export function readWindow({ days, from, minutes }: WindowForm): Window | null {
  if (days.length === 0 || !/^([01]\d|2[0-3]):[0-5]\d$/.test(from) || !Number.isInteger(minutes) || minutes < 1 || minutes > WEEK_MIN) return null;
  return { days: DAYS.map(({ day }) => day).filter((day) => days.includes(day)), from, minutes };
}

function duration(minutes: number): string {
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  return [hours > 0 ? t('{n} h', { n: hours }) : '', rest > 0 ? t('{n} min', { n: rest }) : ''].filter(Boolean).join(' ');
}

/** "Sat, Sun from 22:00 GMT for 6 h" */
export function windowWords({ days, from, minutes }: Window): string {
  const list = days.length === DAYS.length ? t('Every day') : DAYS.filter(({ day }) => days.includes(day)).map(({ word }) => word).join(', ');
  return t('{days} from {time} GMT for {duration}', { days: list, time: from, duration: duration(minutes) });
}
