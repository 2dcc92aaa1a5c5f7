import { expect, it } from 'vitest';
import { isShown, parseViews, READY_VIEWS, viewOf, withView } from './viewsModel';

it('survives storage, and what others may have stored there', () => {
  const views = withView(withView([], viewOf('b', { filter: 'x pr' })), viewOf('a', { sort: 'email' }));
  expect(parseViews(JSON.stringify(views)).map((view) => view.name)).toEqual(['a', 'b']);
  for (const stored of [undefined, '', '{', '7', '[1,{"name":2},{"name":"x","filter":3}]']) expect(parseViews(stored)).toEqual([]);
});

it('replaces a view of the same name', () => {
  expect(withView([viewOf('a', { q: 'x' })], viewOf('a', { q: 'y' }))).toEqual([viewOf('a', { q: 'y' })]);
});

it('knows which view is shown, whatever the scope', () => {
  const view = viewOf('a', { filter: 'status eq "ACTIVE"' });
  expect(isShown(view, { filter: 'status eq "ACTIVE"', scope: 'x', user: 'u' })).toBe(true);
  expect(isShown(view, { filter: 'status eq "ACTIVE"', q: 'x' })).toBe(false);
  expect(READY_VIEWS.filter((ready) => isShown(ready, {}))).toHaveLength(1);
});
