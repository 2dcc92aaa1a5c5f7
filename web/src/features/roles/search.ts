import { text } from '../../shared/urlState';

export interface RolesSearch {
  scope?: string | undefined;
  /** "grants" is the other half of the page. */
  part?: string | undefined;
  /** The role whose details are open. */
  role?: string | undefined;
  /** Of the grants: this text, this role. */
  q?: string | undefined;
  of?: string | undefined;
}

export function validateRoles(search: RolesSearch): RolesSearch {
  return { scope: text(search.scope), part: search.part === 'grants' ? 'grants' : undefined, role: text(search.role), q: text(search.q), of: text(search.of) };
}
