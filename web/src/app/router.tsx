import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Outlet, redirect, type SearchSchemaInput } from '@tanstack/react-router';
import { validateActivity, type ActivitySearch } from '../features/activity/search';
import { validateOrganizations, type OrganizationsSearch } from '../features/organizations/search';
import { firstPage } from '../features/users/listQuery';
import { validateRoles, type RolesSearch } from '../features/roles/search';
import { validateUsers, type UsersSearch } from '../features/users/search';
import { meQuery } from '../shared/session';
import { TipLayer } from '../shared/TipLayer';
import { parseSearch, stringifySearch, text } from '../shared/urlState';
import { NotFound } from './NotFound';
import { queryClient } from './queries';

/** What lies over every page: the scope, a preview, a job. */
interface ShellSearch {
  scope?: string | undefined;
  plan?: string | undefined;
  job?: string | undefined;
}

interface ListSearch {
  show?: string | undefined;
}

// SearchSchemaInput makes every parameter optional for links.
const root = createRootRoute({
  component: () => <><Outlet /><TipLayer /></>,
  notFoundComponent: NotFound,
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (s: { next?: string } & SearchSchemaInput): { next?: string | undefined } => ({ next: text(s.next) }),
  component: lazyRouteComponent(() => import('../features/session/SignInPage'), 'SignInPage'),
});

const setUp = createRoute({
  getParentRoute: () => root,
  path: '/setup',
  validateSearch: (s: { token?: string } & SearchSchemaInput): { token?: string | undefined } => ({ token: text(s.token) }),
  component: lazyRouteComponent(() => import('../features/session/SetupPage'), 'SetupPage'),
});

const link = createRoute({
  getParentRoute: () => root,
  path: '/link',
  component: lazyRouteComponent(() => import('../features/session/LinkPage'), 'LinkPage'),
});

const recover = createRoute({
  getParentRoute: () => root,
  path: '/recover',
  component: lazyRouteComponent(() => import('../features/session/RecoverPage'), 'RecoverPage'),
});

const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  validateSearch: (s: ShellSearch & SearchSchemaInput): ShellSearch => ({ scope: text(s.scope), plan: text(s.plan), job: text(s.job) }),
  // Asked for beside the files of the page, not after them. What goes wrong is said where the answer is used.
  loader: () => { void queryClient.prefetchQuery(meQuery); },
  component: lazyRouteComponent(() => import('./Shell'), 'Shell'),
});

const home = createRoute({
  getParentRoute: () => shell,
  path: '/',
  beforeLoad: () => { redirect({ to: '/users', replace: true, throw: true }); },
});

const users = createRoute({
  getParentRoute: () => shell,
  path: '/users',
  validateSearch: (s: UsersSearch & SearchSchemaInput): UsersSearch => validateUsers(s),
  loaderDeps: ({ search: { scope, q, filter, sort } }) => ({ scope, q, filter, sort }),
  loader: ({ deps }) => { void queryClient.prefetchQuery(firstPage(deps)); },
  component: lazyRouteComponent(() => import('../features/users/UsersPage'), 'UsersPage'),
});

const organizations = createRoute({
  getParentRoute: () => shell,
  path: '/organizations',
  validateSearch: (s: OrganizationsSearch & SearchSchemaInput): OrganizationsSearch => validateOrganizations(s),
  component: lazyRouteComponent(() => import('../features/organizations/OrganizationsPage'), 'OrganizationsPage'),
});

const activity = createRoute({
  getParentRoute: () => shell,
  path: '/activity',
  validateSearch: (s: ActivitySearch & SearchSchemaInput): ActivitySearch => validateActivity(s),
  component: lazyRouteComponent(() => import('../features/activity/ActivityPage'), 'ActivityPage'),
});

const jobs = createRoute({
  getParentRoute: () => shell,
  path: '/jobs',
  validateSearch: (s: ListSearch & SearchSchemaInput): ListSearch => ({ show: text(s.show) }),
  component: lazyRouteComponent(() => import('../features/jobs/JobsPage'), 'JobsPage'),
});

const approvals = createRoute({
  getParentRoute: () => shell,
  path: '/approvals',
  validateSearch: (s: ListSearch & SearchSchemaInput): ListSearch => ({ show: text(s.show) }),
  component: lazyRouteComponent(() => import('../features/jobs/ApprovalsPage'), 'ApprovalsPage'),
});

const overview = createRoute({
  getParentRoute: () => shell,
  path: '/overview',
  component: lazyRouteComponent(() => import('../features/overview/OverviewPage'), 'OverviewPage'),
});

const connectors = createRoute({
  getParentRoute: () => shell,
  path: '/connectors',
  validateSearch: (s: { connector?: string } & SearchSchemaInput): { connector?: string | undefined } => ({ connector: text(s.connector) }),
  component: lazyRouteComponent(() => import('../features/connectors/ConnectorsPage'), 'ConnectorsPage'),
});

const roles = createRoute({
  getParentRoute: () => shell,
  path: '/roles',
  validateSearch: (s: RolesSearch & SearchSchemaInput): RolesSearch => validateRoles(s),
  component: lazyRouteComponent(() => import('../features/roles/RolesPage'), 'RolesPage'),
});

const settings = createRoute({
  getParentRoute: () => shell,
  path: '/settings',
  validateSearch: (s: { part?: string } & SearchSchemaInput): { part?: string | undefined } => ({ part: text(s.part) }),
  component: lazyRouteComponent(() => import('../features/settings/SettingsPage'), 'SettingsPage'),
});

export const router = createRouter({
  routeTree: root.addChildren([signIn, setUp, link, recover, shell.addChildren([home, overview, users, organizations, jobs, activity, approvals, connectors, roles, settings])]),
  defaultPreload: 'intent',
  parseSearch,
  stringifySearch,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
