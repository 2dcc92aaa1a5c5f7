import type { HealthState, Organization, OrganizationKind } from '../../api/client';
import { count, plural } from '../../shared/numbers';
import { t } from '../../shared/i18n';

/** The rows that are visible when some organizations are closed. The list is depth first. */
export function visible(all: readonly Organization[], closed: ReadonlySet<string>): Organization[] {
  const shown: Organization[] = [];
  let hiddenBelow = Infinity;
  for (const organization of all) {
    if (organization.depth > hiddenBelow) continue;
    hiddenBelow = closed.has(organization.id) ? organization.depth : Infinity;
    shown.push(organization);
  }
  return shown;
}

const NEEDS_LOOK: readonly HealthState[] = ['stale', 'unreachable', 'never_read'];

export function hasProblem(organization: Organization): boolean {
  return NEEDS_LOOK.includes(organization.health.state) || organization.health.held_deletions > 0;
}

/** Organizations with a problem of their own, and their ancestors. */
export function onlyProblems(all: readonly Organization[]): Organization[] {
  const kept = new Set<string>();
  const parents = new Map(all.map((organization) => [organization.id, organization.parent]));
  for (const organization of all) {
    const own = organization.connections.some((connection) => connection.state !== 'current' || connection.held_deletions > 0);
    if (!own) continue;
    for (let id: string | null | undefined = organization.id; id && !kept.has(id); id = parents.get(id)) kept.add(id);
  }
  return all.filter((organization) => kept.has(organization.id));
}

const KINDS: readonly OrganizationKind[] = ['platform', 'distributor', 'partner', 'tenant'];

export function kindsBelow(kind: OrganizationKind): OrganizationKind[] {
  return KINDS.slice(KINDS.indexOf(kind) + 1);
}

/** "1 platform, 3 distributors, 8 partners, 40 tenants" */
export function kindCounts(all: readonly Organization[]): string {
  return KINDS.map((kind) => [kind, all.filter((organization) => organization.kind === kind).length] as const)
    .filter(([, n]) => n > 0).map(([kind, n]) => plural(n, kind)).join(', ');
}

/** "3 of 24 need a look": a parent never looks healthier than its worst child. null when it has no children with a directory. */
export function needsLook(organization: Organization): string | null {
  const { organizations, current } = organization.health;
  const bad = organizations - current;
  return organizations > 1 && bad > 0 ? t('{n} of {total} need a look', { n: count(bad), total: count(organizations) }) : null;
}

/** Share of live users with a second factor among those where it is known, or null when nothing is known. */
export function mfaShare({ mfa_counts: { enrolled, not_enrolled, unknown } }: Organization): { enrolled: number; unknown: number; total: number } | null {
  const total = enrolled + not_enrolled + unknown;
  return total > 0 ? { enrolled: enrolled / total, unknown: unknown / total, total } : null;
}
