import { locale, t } from './i18n';

const COUNT = new Intl.NumberFormat(locale());

/** 8412 as "8,412". */
export function count(n: number): string {
  return COUNT.format(n);
}

export function percent(part: number, whole: number): string {
  return whole > 0 ? `${String(Math.round((100 * part) / whole))} %` : '–';
}

/** "1 user", "2 users". */
export function plural(n: number, one: string, many = `${one}s`): string {
  return `${count(n)} ${t(n === 1 ? one : many)}`;
}
