import { expect, it } from 'vitest';
import { CONTROLS } from './controls';
import { formOf, initialConfig, missing, valueAt, withValue } from './schemaForm';

const schema = {
  type: 'object', required: ['url', 'mode'], properties: {
    page: { type: 'integer', title: 'Page size', default: 500, 'x-tny-group': 'Advanced' },
    secret: { type: 'string', title: 'Password', 'x-tny-secret': true, 'x-tny-order': 2 },
    url: { type: 'string', format: 'uri', title: 'Address', 'x-tny-order': 1 },
    mode: { oneOf: [{ const: 'a', title: 'First' }, { const: 'b', title: 'Second' }], 'x-tny-order': 3 },
    tls: { type: 'object', title: 'Transport', required: ['ca'], properties: { start: { type: 'boolean' }, ca: { type: 'string' } } },
    extra: { type: 'array', items: { type: 'string' } },
    odd: { type: 'object', additionalProperties: { type: 'string' } },
    odder: { anyOf: [{ type: 'string' }, { type: 'number' }] },
  },
};
const groups = formOf(schema);
const kinds = Object.fromEntries(groups.flatMap((group) => group.fields).map((field) => [field.path.join('.'), field.kind]));

it('orders fields and groups as the connector asks', () => {
  expect(groups.map((group) => group.label)).toEqual(['', 'Advanced', 'Transport']);
  expect(groups[0]?.fields.slice(0, 3).map((field) => field.label)).toEqual(['Address', 'Password', 'Mode']);
});

it('chooses a control for every type, and a visible fallback for the rest', () => {
  expect(kinds).toEqual({ url: 'text', secret: 'secret', mode: 'choice', page: 'integer', 'tls.start': 'yes_no', 'tls.ca': 'text', extra: 'list', odd: 'json', odder: 'json' });
  for (const kind of Object.values(kinds)) expect(CONTROLS[kind]).toBeTypeOf('function');
});

it('starts with the defaults', () => {
  expect(initialConfig(groups)).toEqual({ page: 500 });
});

it('sets and takes away values at a path, without leaving empty objects', () => {
  const set = withValue({ page: 1 }, ['tls', 'start'], true);
  expect(valueAt(set, ['tls', 'start'])).toBe(true);
  expect(withValue(set, ['tls', 'start'], undefined)).toEqual({ page: 1 });
});

it('names what is missing; a group that is not begun asks for nothing', () => {
  expect(Object.keys(missing(groups, {}))).toEqual(['/url', '/mode']);
  expect(missing(groups, { url: 'x', mode: 'a', tls: { start: true } })).toHaveProperty('/tls/ca');
});

it('makes no form of nonsense', () => {
  expect(formOf(null)).toEqual([]);
  expect(formOf({ properties: 3 })).toEqual([]);
});
