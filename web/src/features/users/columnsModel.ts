import { t } from '../../shared/i18n';

/** A column of the list. Its id is the field the server sorts by. */
export interface ColumnSpec {
  id: string;
  header: string;
  width: number;
  /** Not shown until it is chosen. */
  extra?: boolean;
}

/** Pinned left, always there. */
export const PINNED: readonly ColumnSpec[] = [
  { id: 'status', header: t('State'), width: 146 },
  { id: 'username', header: t('Username'), width: 144 },
];

export const COLUMNS: readonly ColumnSpec[] = [
  { id: 'first_name', header: t('First name'), width: 82 },
  { id: 'last_name', header: t('Last name'), width: 92 },
  { id: 'email', header: t('E-mail'), width: 130 },
  { id: 'alerts', header: t('Alerts'), width: 66 },
  { id: 'mfa', header: t('MFA'), width: 108 },
  { id: 'role', header: t('Role'), width: 98 },
  { id: 'organization', header: t('Organization'), width: 170 },
  { id: 'last_login_at', header: t('Last signed in'), width: 102 },
  { id: 'created_at', header: t('Added'), width: 104 },
  { id: 'modified_at', header: t('Modified'), width: 104 },
  { id: 'display_name', header: t('Display name'), width: 150, extra: true },
  { id: 'phone', header: t('Phone'), width: 120, extra: true },
  { id: 'connector', header: t('Directory'), width: 150, extra: true },
  { id: 'native_id', header: t('Native id'), width: 180, extra: true },
  { id: 'seen_at', header: t('As of'), width: 104, extra: true },
];

const WIDTH_MIN = 56;
const WIDTH_MAX = 800;

export interface ColumnChoice {
  /** Shown columns in order, without those that are always pinned. */
  order: readonly string[];
  /** Those of them that are pinned left too. */
  pinned: readonly string[];
  /** Widths that were changed. */
  widths: Readonly<Record<string, number>>;
}

export const DEFAULT_CHOICE: ColumnChoice = { order: COLUMNS.filter((column) => !column.extra).map((column) => column.id), pinned: [], widths: {} };

export function clampWidth(width: number): number {
  return Math.max(WIDTH_MIN, Math.min(WIDTH_MAX, Math.round(width)));
}

export function specOf(id: string): ColumnSpec | undefined {
  return [...PINNED, ...COLUMNS].find((column) => column.id === id);
}

/** cols=^organization,email:240,username:200 (^ is pinned; an always pinned column appears only with a width). */
export function parseColumns(cols: string | undefined): ColumnChoice {
  if (!cols) return DEFAULT_CHOICE;
  const order: string[] = [];
  const pinned: string[] = [];
  const widths: Record<string, number> = {};
  for (const part of cols.split(',')) {
    const [name = '', width] = part.split(':');
    const id = name.replace('^', '');
    if (!specOf(id) || order.includes(id)) continue;
    if (width && Number.isFinite(Number(width))) widths[id] = clampWidth(Number(width));
    if (PINNED.some((column) => column.id === id)) continue;
    order.push(id);
    if (name.startsWith('^')) pinned.push(id);
  }
  return { order, pinned, widths };
}

/** For the URL: nothing while it is the default. */
export function columnsParameter(choice: ColumnChoice): string | undefined {
  const same = choice.order.join() === DEFAULT_CHOICE.order.join() && choice.pinned.length === 0 && Object.keys(choice.widths).length === 0;
  if (same) return undefined;
  const written = (id: string) => `${choice.pinned.includes(id) ? '^' : ''}${id}${choice.widths[id] ? `:${String(choice.widths[id])}` : ''}`;
  const fixed = PINNED.map((column) => column.id).filter((id) => choice.widths[id]);
  return [...fixed, ...choice.order].map(written).join(',') || 'username:' + String(PINNED[1]?.width ?? WIDTH_MIN);
}

export function toggleColumn(choice: ColumnChoice, id: string): ColumnChoice {
  if (choice.order.includes(id)) return { ...choice, order: choice.order.filter((other) => other !== id), pinned: choice.pinned.filter((other) => other !== id) };
  // It comes back at its place among the default order.
  const rank = (other: string) => COLUMNS.findIndex((column) => column.id === other);
  const after = choice.order.findIndex((other) => rank(other) > rank(id));
  const at = after < 0 ? choice.order.length : after;
  return { ...choice, order: [...choice.order.slice(0, at), id, ...choice.order.slice(at)] };
}

export function togglePin(choice: ColumnChoice, id: string): ColumnChoice {
  return { ...choice, pinned: choice.pinned.includes(id) ? choice.pinned.filter((other) => other !== id) : [...choice.pinned, id] };
}

/** The shown columns as they stand: pinned first. */
export function shownOrder(choice: ColumnChoice): string[] {
  return [...choice.order.filter((id) => choice.pinned.includes(id)), ...choice.order.filter((id) => !choice.pinned.includes(id))];
}

export function moveColumn(choice: ColumnChoice, id: string, step: -1 | 1): ColumnChoice {
  const order = shownOrder(choice);
  const at = order.indexOf(id);
  const other = order[at + step];
  if (at < 0 || other === undefined) return choice;
  order[at + step] = id;
  order[at] = other;
  return { ...choice, order };
}

/** Puts a column before another, as it is dragged there. */
export function placeColumn(choice: ColumnChoice, id: string, before: string): ColumnChoice {
  if (id === before || !choice.order.includes(id) || !choice.order.includes(before)) return choice;
  const order = shownOrder(choice).filter((other) => other !== id);
  order.splice(order.indexOf(before), 0, id);
  const pinned = choice.pinned.filter((other) => other !== id);
  return { ...choice, order, pinned: choice.pinned.includes(before) ? [...pinned, id] : pinned };
}

export function resizeColumn(choice: ColumnChoice, id: string, width: number): ColumnChoice {
  return { ...choice, widths: { ...choice.widths, [id]: clampWidth(width) } };
}
