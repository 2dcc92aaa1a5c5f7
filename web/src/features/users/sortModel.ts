export interface SortKey {
  id: string;
  desc: boolean;
}

export const DEFAULT_SORT: readonly SortKey[] = [{ id: 'modified_at', desc: true }];

/** Every field the server sorts by that the list shows. */
export const SORTABLE: readonly string[] = [
  'status', 'username', 'first_name', 'last_name', 'email', 'alerts', 'mfa', 'role', 'organization', 'last_login_at', 'created_at', 'modified_at',
  'display_name', 'phone', 'connector', 'native_id', 'seen_at',
];

export function parseSort(sort: string | undefined): readonly SortKey[] {
  const keys = (sort ?? '').split(',').map((part) => part.trim()).filter(Boolean)
    .map((part) => (part.startsWith('-') ? { id: part.slice(1), desc: true } : { id: part, desc: false }))
    .filter((key, i, all) => SORTABLE.includes(key.id) && all.findIndex((other) => other.id === key.id) === i);
  return keys.length > 0 ? keys : DEFAULT_SORT;
}

export function formatSort(keys: readonly SortKey[]): string {
  return keys.map((key) => (key.desc ? `-${key.id}` : key.id)).join(',');
}

/** For the URL: nothing while it is the default. */
export function sortParameter(keys: readonly SortKey[]): string | undefined {
  const text = formatSort(keys);
  return text === formatSort(DEFAULT_SORT) ? undefined : text;
}

/** A click sorts by that column alone, a second one turns it round; with shift the column joins, turns, then leaves. */
export function clickSort(keys: readonly SortKey[], id: string, add: boolean): readonly SortKey[] {
  const now = keys.find((key) => key.id === id);
  if (!add) return [{ id, desc: now && keys.length === 1 ? !now.desc : false }];
  if (!now) return [...keys, { id, desc: false }];
  if (!now.desc) return keys.map((key) => (key.id === id ? { id, desc: true } : key));
  const rest = keys.filter((key) => key.id !== id);
  return rest.length > 0 ? rest : DEFAULT_SORT;
}
