import { expect, it } from 'vitest';
import { activityFilter, exportAddress, validateActivity } from './search';

it('makes the server’s filter of what is in the address', () => {
  expect(activityFilter({})).toBe('');
  expect(activityFilter({ scope: 'acme', q: 'x', outcome: 'done', actor: 'a-1', since: '2026-11-01', until: '2026-11-02' }))
    .toBe('outcome eq "done" and actor eq "a-1" and at ge "2026-11-01T00:00:00Z" and at le "2026-11-02T23:59:59Z"');
  expect(activityFilter({ action: 'a"b' })).toBe('action eq "a\\"b"');
});

it('exports what is shown', () => {
  expect(exportAddress({ scope: 'acme', user: 'u' }, 'ndjson')).toBe('/api/v1/activity/export?format=ndjson&scope=acme&filter=user+eq+%22u%22');
});

it('takes only days for days', () => {
  expect(validateActivity({ since: 'yesterday', until: '2026-11-02' })).toMatchObject({ since: undefined, until: '2026-11-02' });
});
