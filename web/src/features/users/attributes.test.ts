import { expect, it } from 'vitest';
import { furtherAttributes } from './attributes';

const attribute = (name: string, more: object = {}) => ({ name, title: name.toUpperCase(), field: null, type: 'string', read_only: false, ...more });

it('offers what is no field of every user, has one value and may be changed', () => {
  const connector = {
    attributes: [attribute('department'), attribute('first_name', { field: 'first_name' }), attribute('dn', { read_only: true }), attribute('tags'), attribute('level', { type: 'integer' }), attribute('code')],
    edit_schema: { properties: { attributes: { additionalProperties: false, properties: {
      department: { type: ['string', 'null'] }, tags: { type: ['array', 'null'] }, level: { type: 'integer' }, code: { type: 'string', minLength: 1 },
    } } } },
  };
  expect(furtherAttributes(connector)).toEqual([
    { name: 'department', title: 'DEPARTMENT', kind: 'text', required: false },
    { name: 'level', title: 'LEVEL', kind: 'number', required: false },
    { name: 'code', title: 'CODE', kind: 'text', required: true },
  ]);
});

it('takes what a closed schema does not name for unchangeable, and an open one at its word', () => {
  expect(furtherAttributes({ attributes: [attribute('a')], edit_schema: { properties: { attributes: { additionalProperties: false, properties: {} } } } })).toEqual([]);
  expect(furtherAttributes({ attributes: [attribute('a')], edit_schema: { properties: { attributes: { type: 'object' } } } })).toHaveLength(1);
  expect(furtherAttributes({ attributes: [attribute('a')], edit_schema: null })).toHaveLength(1);
});
