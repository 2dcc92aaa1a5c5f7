import { t } from '../../shared/i18n';
import type { UsersSearch } from './search';

/** A named way to look at the list. The scope stays what it is. */
export interface SavedView {
  name: string;
  q?: string | undefined;
  filter?: string | undefined;
  sort?: string | undefined;
  cols?: string | undefined;
}

export const READY_VIEWS: readonly SavedView[] = [
  { name: t('Everybody') },
  { name: t('Locked out'), filter: 'status eq "LOCKED_OUT"' },
  { name: t('No second factor'), filter: 'mfa.enrolled eq false and status eq "ACTIVE"', sort: 'organization,username' },
  { name: t('No sign-in for 90 days'), filter: 'alerts eq "inactive"', sort: 'last_login_at' },
  { name: t('Privileged roles'), filter: 'alerts eq "privileged"', sort: 'organization,username' },
  { name: t('Suspended'), filter: 'status eq "SUSPENDED"' },
];

export function viewOf(name: string, { q, filter, sort, cols }: UsersSearch): SavedView {
  return { name, q, filter, sort, cols };
}

export function isShown(view: SavedView, search: UsersSearch): boolean {
  return (['q', 'filter', 'sort', 'cols'] as const).every((part) => (view[part] ?? '') === (search[part] ?? ''));
}

function isView(value: unknown): value is SavedView {
  if (typeof value !== 'object' || value === null || !('name' in value) || typeof value.name !== 'string') return false;
  return Object.values(value).every((part) => part === undefined || typeof part === 'string');
}

/** What was stored, without what is not a view. */
export function parseViews(stored: string | undefined): SavedView[] {
  if (!stored) return [];
  try {
    const value: unknown = JSON.parse(stored);
    return Array.isArray(value) ? value.filter(isView) : [];
  } catch {
    return [];
  }
}

/** A view with the same name is replaced. */
export function withView(views: readonly SavedView[], view: SavedView): SavedView[] {
  return [...views.filter((other) => other.name !== view.name), view].sort((a, b) => a.name.localeCompare(b.name));
}
