import { expect, it } from 'vitest';
import type { Organization } from '../../api/client';
import { kindCounts, kindsBelow, mfaShare, needsLook, onlyProblems, visible } from './treeModel';

function organization(id: string, parent: string | null, depth: number, change: Partial<Organization> = {}): Organization {
  return {
    id, slug: id, name: id, kind: depth === 0 ? 'platform' : 'tenant', parent, path: [], depth, state: 'active', children: 0, users: 1, status_counts: {},
    mfa_counts: { enrolled: 0, not_enrolled: 0, unknown: 0 }, alerts: 0, directories: 0, connections: [],
    health: { state: 'none', since: null, error: null, organizations: 0, current: 0, stale: 0, unreachable: 0, never_read: 0, held_deletions: 0 }, ...change,
  };
}
const down = { id: 'c', name: 'c', connector: 'ldap', state: 'unreachable', since: null, error: 'no', last_sync_at: null, users: 0, held_deletions: 0 } as const;
const tree = [organization('root', null, 0), organization('a', 'root', 1), organization('a1', 'a', 2, { connections: [down] }), organization('b', 'root', 1)];

it('hides everything below a closed organization', () => {
  expect(visible(tree, new Set(['a'])).map((o) => o.id)).toEqual(['root', 'a', 'b']);
  expect(visible(tree, new Set(['root']))).toHaveLength(1);
  expect(visible(tree, new Set())).toHaveLength(4);
});

it('keeps the ancestors of a problem, and nobody else', () => {
  expect(onlyProblems(tree).map((o) => o.id)).toEqual(['root', 'a', 'a1']);
});

it('offers only lower kinds', () => {
  expect(kindsBelow('platform')).toEqual(['distributor', 'partner', 'tenant']);
  expect(kindsBelow('tenant')).toEqual([]);
});

it('counts kinds in words', () => {
  expect(kindCounts(tree)).toBe('1 platform, 3 tenants');
});

it('never lets a parent look healthier than its worst child', () => {
  const parent = organization('p', null, 0);
  expect(needsLook({ ...parent, health: { ...parent.health, organizations: 24, current: 21 } })).toBe('3 of 24 need a look');
  expect(needsLook({ ...parent, health: { ...parent.health, organizations: 24, current: 24 } })).toBeNull();
});

it('keeps unknown second factors apart', () => {
  expect(mfaShare(organization('x', null, 0, { mfa_counts: { enrolled: 1, not_enrolled: 1, unknown: 2 } }))).toEqual({ enrolled: 0.25, unknown: 0.5, total: 4 });
  expect(mfaShare(organization('x', null, 0))).toBeNull();
});
