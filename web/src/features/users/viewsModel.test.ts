import { expect, it } from 'vitest';
import type { SavedView } from '../../api/client';
import { contentOf, isShown, keptView, READY_VIEWS, sameNamed } from './viewsModel';

const north = { id: '1', slug: 'north', name: 'North', kind: 'partner' as const };

function saved(more: Partial<SavedView>): SavedView {
  return { id: 'v', name: 'a', search: '', filter: '', sort: '', columns: '', organization: null, author: 'ada', may_change: true, modified_at: '2026-11-22T06:00:00Z', ...more };
}

it('shows after a reload what was saved', () => {
  const search = { q: 'müller', filter: 'status eq "ACTIVE"', sort: '-email', cols: 'username,status', scope: 'north' };
  const { name, ...rest } = contentOf('a', search);
  const view = keptView(saved({ name, ...rest }));
  expect(isShown(view, search)).toBe(true);
  expect(keptView(saved(contentOf('b', {}))).filter).toBeUndefined();
});

it('knows which view is shown, whatever the scope', () => {
  const view = keptView(saved({ filter: 'status eq "ACTIVE"' }));
  expect(isShown(view, { filter: 'status eq "ACTIVE"', scope: 'x', user: 'u' })).toBe(true);
  expect(isShown(view, { filter: 'status eq "ACTIVE"', q: 'x' })).toBe(false);
  expect(READY_VIEWS.filter((ready) => isShown(ready, {}))).toHaveLength(1);
});

it('replaces only what stands in the same place', () => {
  const views = [keptView(saved({ id: 'mine' })), keptView(saved({ id: 'shared', organization: north }))];
  expect(sameNamed(views, 'a', undefined)?.id).toBe('mine');
  expect(sameNamed(views, 'a', 'north')?.id).toBe('shared');
  expect(sameNamed(views, 'a', 'south')).toBeUndefined();
  expect(sameNamed(views, 'b', undefined)).toBeUndefined();
});
