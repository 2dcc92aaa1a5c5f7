import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import document from '../../../api/openapi.yaml?raw';
import { ACTION_WORD, verbWord } from './actionWords';
import { ALERT, Alerts } from './Alerts';
import { FRESHNESS, freshnessWords } from './Freshness';
import { MFA, mfaState } from './MfaCell';
import { OUTCOME } from './OutcomeMark';
import { STATUS, STATUS_ORDER, StatusBadge, statusTip } from './StatusBadge';

/** The values of an enum as the API document lists them, so that a new one fails here. */
function enumOf(name: string): string[] {
  const block = new RegExp(`^    ${name}:\\n(?:      .*\\n)*?      enum: \\[([^\\]]*)\\]`, 'm').exec(document);
  return block?.[1]?.split(',').map((value) => value.trim()) ?? [];
}

describe.each([
  ['UserStatus', STATUS], ['Alert', ALERT], ['ActivityOutcome', OUTCOME], ['HealthState', FRESHNESS],
] as const)('every %s', (name, looks) => {
  it('has an icon and a word', () => {
    expect(enumOf(name).length).toBeGreaterThan(3);
    expect(Object.keys(looks).sort()).toEqual(enumOf(name).sort());
    for (const look of Object.values<{ word: string; icon: unknown }>(looks)) {
      expect(look.word).toMatch(/^[A-Z]/);
      expect(look.icon).toBeTruthy();
    }
  });
  it('has an icon and word of its own', () => {
    const all = Object.values<{ word: string; icon: unknown }>(looks);
    expect(new Set(all.map((look) => look.word)).size).toBe(all.length);
    expect(new Set(all.map((look) => look.icon)).size).toBe(all.length);
  });
});

it('has a tooltip for every state, cause and second factor', () => {
  for (const status of STATUS_ORDER) expect(statusTip(status, null)).toMatch(/\.$/);
  expect(statusTip('SUSPENDED', 'inactive')).toContain('inactive');
  for (const look of [...Object.values(MFA), ...Object.values(OUTCOME), ...Object.values(FRESHNESS)]) expect(look.tip).toMatch(/\.$/);
});

it('stacks every state once', () => {
  expect([...STATUS_ORDER].sort()).toEqual(Object.keys(STATUS).sort());
});

it('has a word for every action', () => {
  expect(Object.keys(ACTION_WORD).sort()).toEqual(enumOf('ActionName').sort());
  expect(verbWord('brand.new_verb')).toBe('Brand new verb');
  expect(verbWord('x.ldap.move_home')).toBe('Move home (LDAP)');
});

it('never draws unknown as No', () => {
  expect(mfaState({ enrolled: null, required: true, methods: [] })).toBe('unknown');
  expect(mfaState({ enrolled: false, required: null, methods: [] })).toBe('not_enrolled');
  expect(mfaState({ enrolled: false, required: true, methods: [] })).toBe('not_enrolled_required');
});

it('shows three alerts and names the rest', () => {
  const html = renderToStaticMarkup(<Alerts list={['locked_out', 'no_mfa', 'inactive', 'privileged']} />);
  expect(html).toContain('+1');
  expect(html).toContain('data-tip="Privileged role"');
  expect(renderToStaticMarkup(<Alerts list={[]} />)).toContain('No alerts');
});

it('writes the state beside its colour', () => {
  expect(renderToStaticMarkup(<StatusBadge status="AWAITING_NEW_PASSWORD" />)).toContain('Password expired');
});

it('says since when a directory is unreachable, and never how old its data would be if it were current', () => {
  expect(freshnessWords({ state: 'unreachable', since: '2020-01-01T09:12:00Z' })).toBe('Unreachable since 1 Jan 09:12 GMT');
  expect(freshnessWords({ state: 'never_read', since: null })).toBe('Never read');
});
