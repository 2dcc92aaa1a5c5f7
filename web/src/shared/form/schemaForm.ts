import { t } from '../i18n';

/**
 * A connector's schema (of its configuration, of the parameters of an action) as a flat list of fields in the order and groups it asks for.
 * What this form cannot draw becomes kind "json": visible, editable, and said to be so.
 */
export interface Field {
  /** Where the value is, e.g. ["tls", "verify"]. */
  path: readonly string[];
  kind: 'text' | 'long' | 'secret' | 'number' | 'integer' | 'yes_no' | 'choice' | 'list' | 'json';
  label: string;
  help: string | undefined;
  required: boolean;
  group: string;
  choices: readonly { value: string; label: string }[];
  initial: unknown;
  minimum: number | undefined;
  maximum: number | undefined;
  format: string | undefined;
  order: number;
}

export type Config = Record<string, unknown>;

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function number(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function words(name: string): string {
  const spaced = name.replace(/[_-]+/g, ' ').trim();
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

/** oneOf/anyOf of constants with titles is how JSON Schema names choices. */
function titledChoices(schema: Record<string, unknown>): { value: string; label: string }[] | null {
  const alternatives = Array.isArray(schema.oneOf) ? schema.oneOf : Array.isArray(schema.anyOf) ? schema.anyOf : null;
  if (!alternatives) return null;
  const choices = alternatives.flatMap((one: unknown) => (isObject(one) && typeof one.const === 'string' ? [{ value: one.const, label: text(one.title) ?? one.const }] : []));
  return choices.length === alternatives.length && choices.length > 0 ? choices : null;
}

function choicesOf(schema: Record<string, unknown>): { value: string; label: string }[] | null {
  const titled = titledChoices(schema);
  if (titled) return titled;
  if (!Array.isArray(schema.enum) || !schema.enum.every((value) => typeof value === 'string')) return null;
  return schema.enum.map((value: string) => ({ value, label: value }));
}

function kindOf(schema: Record<string, unknown>): Field['kind'] {
  if (choicesOf(schema)) return 'choice';
  if (schema['x-tny-secret'] === true) return 'secret';
  switch (schema.type) {
    case 'string': return schema.format === 'textarea' || schema['x-tny-multiline'] === true ? 'long' : 'text';
    case 'integer': return 'integer';
    case 'number': return 'number';
    case 'boolean': return 'yes_no';
    case 'array': return isObject(schema.items) && schema.items.type === 'string' ? 'list' : 'json';
    default: return 'json';
  }
}

function initialOf(schema: Record<string, unknown>): unknown {
  return schema.default ?? (schema.const !== undefined ? schema.const : undefined);
}

function fieldsOf(schema: Record<string, unknown>, path: readonly string[], group: string): Field[] {
  const properties = isObject(schema.properties) ? schema.properties : {};
  const required = Array.isArray(schema.required) ? schema.required : [];
  return Object.entries(properties).flatMap(([name, property]) => {
    if (!isObject(property)) return [];
    const at = [...path, name];
    const label = text(property.title) ?? words(name);
    const own = text(property['x-tny-group']) ?? group;
    const order = number(property['x-tny-order']) ?? Number.MAX_SAFE_INTEGER;
    // An object with named properties is a group of its own fields; any other object is a map, and stays JSON.
    if (property.type === 'object' && isObject(property.properties)) {
      return fieldsOf(property, at, text(property['x-tny-group']) ?? label).map((field) => ({ ...field, order: Math.min(order, field.order) }));
    }
    return [{
      path: at, kind: kindOf(property), label, help: text(property.description), required: required.includes(name), group: own,
      choices: choicesOf(property) ?? [], initial: initialOf(property), minimum: number(property.minimum), maximum: number(property.maximum), format: text(property.format), order,
    }];
  });
}

export interface Group {
  label: string;
  fields: readonly Field[];
}

/** Groups in order of their first field; within a group by x-tny-order, then as declared. The group "" comes first. */
export function formOf(schema: unknown): Group[] {
  if (!isObject(schema)) return [];
  const fields = fieldsOf(schema, [], '');
  const ordered = fields.map((field, i) => ({ field, i })).sort((a, b) => a.field.order - b.field.order || a.i - b.i).map(({ field }) => field);
  const groups = new Map<string, Field[]>();
  for (const field of ordered) groups.set(field.group, [...(groups.get(field.group) ?? []), field]);
  return [...groups].sort(([a], [b]) => Number(a !== '') - Number(b !== '')).map(([label, list]) => ({ label, fields: list }));
}

export function valueAt(config: Config, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, name) => (isObject(value) ? value[name] : undefined), config);
}

/** undefined takes the value away, and empty objects with it. */
export function withValue(config: Config, path: readonly string[], value: unknown): Config {
  const [name, ...rest] = path;
  if (name === undefined) return config;
  const inner = config[name];
  const next = rest.length > 0 ? withValue(isObject(inner) ? inner : {}, rest, value) : value;
  const gone = next === undefined || (rest.length > 0 && isObject(next) && Object.keys(next).length === 0);
  const others = Object.entries(config).filter(([other]) => other !== name);
  return Object.fromEntries(gone ? others : [...others, [name, next]]);
}

export function initialConfig(groups: readonly Group[]): Config {
  return groups.flatMap((group) => group.fields).reduce<Config>((config, field) => (field.initial === undefined ? config : withValue(config, field.path, field.initial)), {});
}

export function pointerOf(path: readonly string[]): string {
  return `/${path.map((name) => name.replace(/~/g, '~0').replace(/\//g, '~1')).join('/')}`;
}

/** What the server said against one field, as the form has it: `root` is where the values were in the request. */
export function errorAt(root: string, failure: { pointer?: string | null | undefined; detail: string } | null): Record<string, string> {
  return failure?.pointer?.startsWith(`${root}/`) ? { [failure.pointer.slice(root.length)]: failure.detail } : {};
}

/** What is missing, by pointer. The server judges the rest. */
export function missing(groups: readonly Group[], config: Config): Record<string, string> {
  const wrong: Record<string, string> = {};
  for (const field of groups.flatMap((group) => group.fields)) {
    const value = valueAt(config, field.path);
    // A field of an optional group is only needed once the group is begun.
    const begun = field.path.length === 1 || valueAt(config, field.path.slice(0, -1)) !== undefined;
    if (field.required && begun && (value === undefined || value === '')) wrong[pointerOf(field.path)] = t('This is needed.');
  }
  return wrong;
}
