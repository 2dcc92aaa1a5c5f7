/** A column of the list. Its id is the field the server sorts by. */
export interface ColumnSpec {
  id: string;
  header: string;
  width: number;
}

/** Pinned left, always there. */
export const PINNED: readonly ColumnSpec[] = [
  { id: 'status', header: 'State', width: 156 },
  { id: 'username', header: 'Username', width: 150 },
];

export const COLUMNS: readonly ColumnSpec[] = [
  { id: 'first_name', header: 'First name', width: 84 },
  { id: 'last_name', header: 'Last name', width: 92 },
  { id: 'email', header: 'E-mail', width: 136 },
  { id: 'alerts', header: 'Alerts', width: 72 },
  { id: 'mfa', header: 'MFA', width: 108 },
  { id: 'role', header: 'Role', width: 92 },
  { id: 'organization', header: 'Organization', width: 178 },
  { id: 'last_login_at', header: 'Last signed in', width: 108 },
  { id: 'created_at', header: 'Added', width: 104 },
  { id: 'modified_at', header: 'Modified', width: 104 },
];

const WIDTH_MIN = 56;
const WIDTH_MAX = 800;

export interface ColumnChoice {
  /** Shown columns in order, without the pinned. */
  order: readonly string[];
  /** Widths that were changed. */
  widths: Readonly<Record<string, number>>;
}

export const DEFAULT_CHOICE: ColumnChoice = { order: COLUMNS.map((column) => column.id), widths: {} };

export function clampWidth(width: number): number {
  return Math.max(WIDTH_MIN, Math.min(WIDTH_MAX, Math.round(width)));
}

function isKnown(id: string): boolean {
  return [...PINNED, ...COLUMNS].some((column) => column.id === id);
}

/** cols=email:240,organization,username:200 (a pinned column appears only with a width). */
export function parseColumns(cols: string | undefined): ColumnChoice {
  if (!cols) return DEFAULT_CHOICE;
  const order: string[] = [];
  const widths: Record<string, number> = {};
  for (const part of cols.split(',')) {
    const [id = '', width] = part.split(':');
    if (!isKnown(id) || order.includes(id)) continue;
    if (width && Number.isFinite(Number(width))) widths[id] = clampWidth(Number(width));
    if (!PINNED.some((column) => column.id === id)) order.push(id);
  }
  return { order, widths };
}

/** For the URL: nothing while it is the default. */
export function columnsParameter(choice: ColumnChoice): string | undefined {
  const same = choice.order.join() === DEFAULT_CHOICE.order.join() && Object.keys(choice.widths).length === 0;
  if (same) return undefined;
  const sized = (id: string) => (choice.widths[id] ? `${id}:${String(choice.widths[id])}` : id);
  const pinned = PINNED.map((column) => column.id).filter((id) => choice.widths[id]);
  return [...pinned, ...choice.order].map(sized).join(',') || 'username:' + String(PINNED[1]?.width ?? WIDTH_MIN);
}

export function toggleColumn(choice: ColumnChoice, id: string): ColumnChoice {
  if (choice.order.includes(id)) return { ...choice, order: choice.order.filter((other) => other !== id) };
  // It comes back at its place among the default order.
  const rank = (other: string) => COLUMNS.findIndex((column) => column.id === other);
  const after = choice.order.findIndex((other) => rank(other) > rank(id));
  const at = after < 0 ? choice.order.length : after;
  return { ...choice, order: [...choice.order.slice(0, at), id, ...choice.order.slice(at)] };
}

export function moveColumn(choice: ColumnChoice, id: string, step: -1 | 1): ColumnChoice {
  const at = choice.order.indexOf(id);
  const to = at + step;
  const other = choice.order[to];
  if (at < 0 || other === undefined) return choice;
  const order = [...choice.order];
  order[to] = id;
  order[at] = other;
  return { ...choice, order };
}

export function resizeColumn(choice: ColumnChoice, id: string, width: number): ColumnChoice {
  return { ...choice, widths: { ...choice.widths, [id]: clampWidth(width) } };
}
