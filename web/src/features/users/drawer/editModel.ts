import type { User, UserPatch } from '../../../api/client';
import { t } from '../../../shared/i18n';
import type { Attribute } from '../attributes';

const CANONICAL = ['username', 'first_name', 'last_name', 'display_name', 'email', 'phone'] as const;
type Canonical = (typeof CANONICAL)[number];

const WORD: Record<Canonical, string> = {
  username: t('Username'), first_name: t('First name'), last_name: t('Last name'), display_name: t('Display name'), email: t('E-mail'), phone: t('Phone'),
};

export interface EditField {
  /** Where a refusal points to. */
  pointer: string;
  label: string;
  kind: 'text' | 'email' | 'number' | 'yes_no';
  required: boolean;
  /** This directory can change it; all if the server did not tell. */
  editable: boolean;
  /** undefined: one of the fields of every user. */
  attribute: string | undefined;
}

/** What was typed, by pointer. */
export type EditValues = Readonly<Record<string, string>>;

export function fieldsOf(user: User, further: readonly Attribute[]): EditField[] {
  return [
    ...CANONICAL.map((name): EditField => ({
      pointer: `/${name}`, label: WORD[name], kind: name === 'email' ? 'email' : 'text', required: name === 'username', editable: user.editable?.includes(name) ?? true, attribute: undefined,
    })),
    ...further.map(({ name, title, kind, required }): EditField => ({ pointer: `/attributes/${name}`, label: title, kind, required, editable: true, attribute: name })),
  ];
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

export function valuesOf(user: User, fields: readonly EditField[]): EditValues {
  const own = new Map<string, unknown>(Object.entries(user));
  const more = new Map<string, unknown>(Object.entries(user.attributes));
  return Object.fromEntries(fields.map(({ pointer, attribute }) => [pointer, shown(attribute === undefined ? own.get(pointer.slice(1)) : more.get(attribute))]));
}

export function changedFields(fields: readonly EditField[], before: EditValues, after: EditValues): EditField[] {
  return fields.filter(({ pointer }) => (after[pointer] ?? '') !== (before[pointer] ?? ''));
}

/** A text as the directory's schema wants it; null empties. */
export function valueOf(kind: EditField['kind'], text: string): string | number | boolean | null {
  if (text === '') return null;
  if (kind === 'number') return Number(text);
  if (kind === 'yes_no') return text === 'true';
  return text;
}

/** Only what the operator changed: a per-field patch, never a whole record. null when nothing changed. */
export function changesOf(fields: readonly EditField[], before: EditValues, after: EditValues): UserPatch | null {
  const changed = changedFields(fields, before, after);
  if (changed.length === 0) return null;
  const further = changed.flatMap(({ pointer, kind, attribute }) => (attribute === undefined ? [] : [[attribute, valueOf(kind, after[pointer] ?? '')] as const]));
  return {
    ...Object.fromEntries(changed.flatMap(({ pointer, attribute }) => (attribute === undefined ? [[pointer.slice(1), after[pointer] ?? '']] : []))),
    ...(further.length > 0 ? { attributes: Object.fromEntries(further) } : {}),
  };
}

/** What cannot be sent as it is, by pointer. */
export function wrongOf(fields: readonly EditField[], before: EditValues, after: EditValues): Readonly<Record<string, string>> {
  return Object.fromEntries(changedFields(fields, before, after).flatMap(({ pointer, kind, required }) => {
    const text = after[pointer] ?? '';
    if (required && text.trim() === '') return [[pointer, t('This is needed.')]];
    if (kind === 'number' && text !== '' && !Number.isFinite(Number(text))) return [[pointer, t('A number.')]];
    return [];
  }));
}

/** Fields that both the operator and somebody else changed since the form was opened. */
export function conflictsOf(fields: readonly EditField[], before: EditValues, mine: EditValues, theirs: EditValues): EditField[] {
  return fields.filter(({ pointer }) => mine[pointer] !== before[pointer] && theirs[pointer] !== before[pointer] && mine[pointer] !== theirs[pointer]);
}
