import type { User, UserPatch } from '../../../api/client';
import { t } from '../../../shared/i18n';

export const EDITABLE = ['username', 'first_name', 'last_name', 'display_name', 'email', 'phone'] as const;
export type EditField = (typeof EDITABLE)[number];
export type EditValues = Record<EditField, string>;

export const FIELD_WORD: Record<EditField, string> = {
  username: t('Username'), first_name: t('First name'), last_name: t('Last name'), display_name: t('Display name'), email: t('E-mail'), phone: t('Phone'),
};

export function valuesOf(user: User): EditValues {
  const { username, first_name, last_name, display_name, email, phone } = user;
  return { username, first_name, last_name, display_name, email, phone };
}

/** Only what the operator changed: a per-field patch, never a whole record. null when nothing changed. */
export function changesOf(before: EditValues, after: EditValues): UserPatch | null {
  const patch: UserPatch = {};
  for (const field of EDITABLE) if (after[field] !== before[field]) patch[field] = after[field];
  return Object.keys(patch).length > 0 ? patch : null;
}

/** Fields that both the operator and somebody else changed since the form was opened. */
export function conflictsOf(before: EditValues, mine: EditValues, theirs: EditValues): EditField[] {
  return EDITABLE.filter((field) => mine[field] !== before[field] && theirs[field] !== before[field] && mine[field] !== theirs[field]);
}

/** What this directory can change; all if the server did not tell. */
export function mayEdit(user: User, field: EditField): boolean {
  return user.editable?.includes(field) ?? true;
}
