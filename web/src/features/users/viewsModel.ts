import type { SavedView } from '../../api/client';
import { t } from '../../shared/i18n';
import type { UsersSearch } from './search';

/** A named way to look at the list, as the address writes it. The scope stays what it is. */
export interface View {
  name: string;
  q?: string | undefined;
  filter?: string | undefined;
  sort?: string | undefined;
  cols?: string | undefined;
}

/** One that the server keeps. */
export interface KeptView extends View {
  id: string;
  /** Who shares it; null: one's own. */
  organization: SavedView['organization'];
  author: string;
  mayChange: boolean;
}

export const READY_VIEWS: readonly View[] = [
  { name: t('Everybody') },
  { name: t('Locked out'), filter: 'status eq "LOCKED_OUT"' },
  { name: t('No second factor'), filter: 'mfa.enrolled eq false and status eq "ACTIVE"', sort: 'organization,username' },
  { name: t('No sign-in for 90 days'), filter: 'alerts eq "inactive"', sort: 'last_login_at' },
  { name: t('Privileged roles'), filter: 'alerts eq "privileged"', sort: 'organization,username' },
  { name: t('Suspended'), filter: 'status eq "SUSPENDED"' },
];

export function keptView(saved: SavedView): KeptView {
  const { id, name, organization, author } = saved;
  return { id, name, organization, author, mayChange: saved.may_change, q: saved.search || undefined, filter: saved.filter || undefined, sort: saved.sort || undefined, cols: saved.columns || undefined };
}

/** What the server keeps of the list as it is shown. */
export function contentOf(name: string, { q = '', filter = '', sort = '', cols = '' }: Pick<UsersSearch, 'q' | 'filter' | 'sort' | 'cols'>) {
  return { name, search: q, filter, sort, columns: cols };
}

export function isShown(view: View, search: UsersSearch): boolean {
  return (['q', 'filter', 'sort', 'cols'] as const).every((part) => (view[part] ?? '') === (search[part] ?? ''));
}

/** The view of that name that would be replaced: among one's own, or among those of one organization. */
export function sameNamed(views: readonly KeptView[], name: string, organization: string | undefined): KeptView | undefined {
  return views.find((view) => view.name === name && view.organization?.slug === organization);
}
