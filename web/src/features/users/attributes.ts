import type { Connector } from '../../api/client';

/** A further attribute that an edit can change: one that is no field of every user. */
export interface Attribute {
  name: string;
  title: string;
  kind: 'text' | 'number' | 'yes_no';
  /** It cannot be emptied. */
  required: boolean;
}

const KIND: Readonly<Record<string, Attribute['kind']>> = { string: 'text', datetime: 'text', integer: 'number', number: 'number', boolean: 'yes_no' };

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? new Map(Object.entries(value)).get(name) : undefined;
}

/** Of the connector's own schema: what is read only, has several values, or is not named where the schema names all, is not asked for. */
export function furtherAttributes(connector: Pick<Connector, 'attributes' | 'edit_schema'> | undefined): Attribute[] {
  if (!connector) return [];
  const schema = member(member(connector.edit_schema, 'properties'), 'attributes');
  const named = member(schema, 'properties');
  const closed = member(schema, 'additionalProperties') === false;
  return connector.attributes.flatMap(({ name, field, title, type, read_only }) => {
    const kind = KIND[type];
    const own = member(named, name);
    const types = [member(own, 'type')].flat();
    if (field !== null || read_only || !kind || types.includes('array') || types.includes('object') || (closed && own === undefined)) return [];
    return [{ name, title, kind, required: own !== undefined && !types.includes('null') && Number(member(own, 'minLength') ?? 0) > 0 }];
  });
}
