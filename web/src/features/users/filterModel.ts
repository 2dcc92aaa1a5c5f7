import type { FacetName } from '../../api/client';

/**
 * A filter as the popover edits it: chosen values by facet, and every other condition as it was written.
 * The URL and the server only know the SCIM expression; the two forms convert into each other.
 */
export interface FilterModel {
  chosen: Partial<Record<FacetName, readonly string[]>>;
  other: readonly string[];
}

export const EMPTY_FILTER: FilterModel = { chosen: {}, other: [] };

export const FACETS: readonly FacetName[] = ['organization', 'status', 'mfa', 'role', 'connector', 'alerts', 'connection'];

const MFA_EXPRESSION: Record<string, string> = {
  enrolled: 'mfa.enrolled eq true',
  not_enrolled: 'mfa.enrolled eq false',
  unknown: 'not (mfa.enrolled pr)',
};

/** RFC 7644 values are JSON strings. */
function condition(facet: FacetName, value: string): string {
  if (facet === 'mfa') return MFA_EXPRESSION[value] ?? `mfa eq ${JSON.stringify(value)}`;
  return `${facet} eq ${JSON.stringify(value)}`;
}

export function toExpression({ chosen, other }: FilterModel): string | undefined {
  const groups = FACETS.flatMap((facet) => {
    const values = chosen[facet] ?? [];
    if (values.length === 0) return [];
    const parts = values.map((value) => condition(facet, value));
    return parts.length === 1 ? parts : [`(${parts.join(' or ')})`];
  });
  return [...groups, ...other].join(' and ') || undefined;
}

/** Splits at a word outside of quotes and parentheses. null if it does not balance. */
function splitAt(expression: string, word: 'and' | 'or'): string[] | null {
  const parts: string[] = [];
  let depth = 0;
  let quoted = false;
  let start = 0;
  for (let i = 0; i < expression.length; i += 1) {
    const c = expression[i];
    if (quoted) {
      if (c === '\\') i += 1;
      else if (c === '"') quoted = false;
    } else if (c === '"') quoted = true;
    else if (c === '(' || c === '[') depth += 1;
    else if (c === ')' || c === ']') depth -= 1;
    else if (depth === 0 && c === ' ' && expression.slice(i + 1, i + 2 + word.length).toLowerCase() === `${word} `) {
      parts.push(expression.slice(start, i).trim());
      i += word.length + 1;
      start = i;
    }
    if (depth < 0) return null;
  }
  if (depth !== 0 || quoted) return null;
  parts.push(expression.slice(start).trim());
  return parts;
}

/** The text without its outer parentheses, if they belong together. */
function unwrapParentheses(text: string): string {
  if (!text.startsWith('(') || !text.endsWith(')')) return text;
  const inner = text.slice(1, -1).trim();
  return splitAt(inner, 'and') === null ? text : inner;
}

function parseCondition(text: string): [FacetName, string] | null {
  const plain = unwrapParentheses(text.trim());
  for (const [value, expression] of Object.entries(MFA_EXPRESSION)) {
    if (plain.toLowerCase() === expression) return ['mfa', value];
  }
  const match = /^([a-z_.]+) eq ("(?:[^"\\]|\\.)*")$/i.exec(plain);
  const facet = FACETS.find((name) => name === match?.[1]?.toLowerCase());
  if (!match?.[2] || !facet || facet === 'mfa') return null;
  try {
    const value: unknown = JSON.parse(match[2]);
    return typeof value === 'string' ? [facet, value] : null;
  } catch {
    return null;
  }
}

function parseGroup(text: string): [FacetName, string[]] | null {
  const alternatives = splitAt(unwrapParentheses(text), 'or');
  if (!alternatives) return null;
  let facet: FacetName | null = null;
  const values: string[] = [];
  for (const alternative of alternatives) {
    const parsed = parseCondition(alternative);
    if (!parsed || (facet && parsed[0] !== facet)) return null;
    facet = parsed[0];
    values.push(parsed[1]);
  }
  return facet ? [facet, values] : null;
}

/** Any expression: what the popover understands becomes choices, the rest stays as written. */
export function fromExpression(expression: string | undefined): FilterModel {
  if (!expression?.trim()) return EMPTY_FILTER;
  // An or at the top binds weaker than and, so nothing in it may be taken apart.
  const alternatives = splitAt(expression, 'or');
  const conjuncts = splitAt(expression, 'and');
  if (!alternatives || !conjuncts) return { chosen: {}, other: [expression.trim()] };
  if (alternatives.length > 1) {
    const single = parseGroup(expression);
    return single ? { chosen: { [single[0]]: single[1] }, other: [] } : { chosen: {}, other: [`(${expression.trim()})`] };
  }
  const chosen: Partial<Record<FacetName, readonly string[]>> = {};
  const other: string[] = [];
  for (const conjunct of conjuncts) {
    const group = parseGroup(conjunct);
    if (group && !chosen[group[0]]) chosen[group[0]] = group[1];
    else other.push(conjunct);
  }
  return { chosen, other };
}

export function withChosen(model: FilterModel, facet: FacetName, values: readonly string[]): FilterModel {
  return { ...model, chosen: { ...model.chosen, [facet]: values } };
}

export function withoutOther(model: FilterModel, index: number): FilterModel {
  return { ...model, other: model.other.filter((_, i) => i !== index) };
}

/** How many conditions are set, for "3 filters are set". */
export function conditions(model: FilterModel): number {
  return FACETS.filter((facet) => (model.chosen[facet]?.length ?? 0) > 0).length + model.other.length;
}
