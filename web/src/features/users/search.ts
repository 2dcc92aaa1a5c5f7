import { text } from '../../shared/urlState';

/** What another person needs to see the same list. Selection, open menus and scroll are not in it. */
export interface UsersSearch {
  scope?: string | undefined;
  q?: string | undefined;
  filter?: string | undefined;
  sort?: string | undefined;
  cols?: string | undefined;
  user?: string | undefined;
  /** What lies over every page: a preview, a job. */
  plan?: string | undefined;
  job?: string | undefined;
}

export function validateUsers(search: UsersSearch): UsersSearch {
  return {
    scope: text(search.scope),
    q: text(search.q),
    filter: text(search.filter),
    sort: text(search.sort),
    cols: text(search.cols),
    user: text(search.user),
    plan: text(search.plan),
    job: text(search.job),
  };
}
