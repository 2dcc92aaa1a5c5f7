import { text } from '../../shared/urlState';

export interface OrganizationsSearch {
  scope?: string | undefined;
  q?: string | undefined;
  /** problems: only organizations that are not current. */
  show?: string | undefined;
  /** The organization whose details are open. */
  org?: string | undefined;
  /** The organization a directory is being connected to; "" is not in the address. */
  connect?: string | undefined;
}

export function validateOrganizations(search: OrganizationsSearch): OrganizationsSearch {
  return {
    scope: text(search.scope),
    q: text(search.q),
    show: search.show === 'problems' ? 'problems' : undefined,
    org: text(search.org),
    connect: text(search.connect),
  };
}
