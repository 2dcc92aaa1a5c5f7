import { expect, it } from 'vitest';
import { changesIn } from './changes';

it('shows what changed before what stayed, and a missing value as a dash', () => {
  expect(changesIn({ phone: '1', status: 'ACTIVE' }, { phone: '1', status: 'SUSPENDED', note: null })).toEqual([
    { name: 'status', before: 'ACTIVE', after: 'SUSPENDED', same: false },
    { name: 'phone', before: '1', after: '1', same: true },
    { name: 'note', before: '–', after: '–', same: true },
  ]);
  expect(changesIn(null, null)).toEqual([]);
});
