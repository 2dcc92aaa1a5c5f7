import { ALERT } from '../../shared/Alerts';
import { t } from '../../shared/i18n';
import { STATUS } from '../../shared/StatusBadge';

/** What may be written next in a filter, and which part of the text it replaces. */
export interface Completion {
  from: number;
  to: number;
  options: readonly { text: string; hint: string }[];
}

const ATTRIBUTES: Readonly<Record<string, string>> = {
  status: t('State'), username: t('Username'), first_name: t('First name'), last_name: t('Last name'), display_name: t('Display name'), email: t('E-mail'), phone: t('Phone'),
  role: t('Role'), organization: t('Organization'), 'organization.name': t('Name of the organization'), connector: t('Connector'), connection: t('Directory'), alerts: t('Alerts'),
  'mfa.enrolled': t('Second factor enrolled'), 'mfa.required': t('Second factor required'), 'mfa.methods': t('Kinds of second factor'), federated_only: t('Only single sign-on'),
  last_login_at: t('Last signed in'), created_at: t('Added'), modified_at: t('Modified'), seen_at: t('As of'), status_cause: t('Cause of the state'), native_status: t('Native state'), native_id: t('Native id'), id: 'Id',
};
const OPERATORS: Readonly<Record<string, string>> = {
  eq: t('is'), ne: t('is not'), co: t('contains'), sw: t('starts with'), ew: t('ends with'), pr: t('is known'), gt: t('greater, later'), ge: t('from'), lt: t('smaller, earlier'), le: t('up to'),
};
const JOINS: Readonly<Record<string, string>> = { and: t('both'), or: t('one of them') };
const BOOLEANS = ['mfa.enrolled', 'mfa.required', 'federated_only'];
const TIMES = ['last_login_at', 'created_at', 'modified_at', 'seen_at'];
const DAY_MS = 86_400_000;

function valuesOf(attribute: string, now: number): { text: string; hint: string }[] {
  if (BOOLEANS.includes(attribute)) return [{ text: 'true', hint: t('yes') }, { text: 'false', hint: t('no') }];
  if (attribute === 'status') return Object.entries(STATUS).map(([value, look]) => ({ text: JSON.stringify(value), hint: look.word }));
  if (attribute === 'alerts') return Object.entries(ALERT).map(([value, look]) => ({ text: JSON.stringify(value), hint: look.word }));
  if (attribute === 'status_cause') return ['inactive', 'operator', 'backend'].map((value) => ({ text: JSON.stringify(value), hint: '' }));
  if (TIMES.includes(attribute)) {
    return [7, 30, 90, 365].map((days) => ({ text: `"${new Date(now - days * DAY_MS).toISOString().slice(0, 10)}T00:00:00Z"`, hint: t('{n} days ago', { n: days }) }));
  }
  return [];
}

interface Token {
  from: number;
  to: number;
  text: string;
}

function tokens(text: string): Token[] {
  return [...text.matchAll(/"(?:[^"\\]|\\.)*"?|[()[\]]|[^\s()[\]"]+/g)].map((match) => ({ from: match.index, to: match.index + match[0].length, text: match[0] }));
}

function listed(table: Readonly<Record<string, string>>): { text: string; hint: string }[] {
  return Object.entries(table).map(([text, hint]) => ({ text, hint }));
}

/** Completion at the caret; the state is known from the words before it. */
export function complete(text: string, caret: number, now = Date.now()): Completion {
  const all = tokens(text);
  const current = all.find((token) => token.from < caret && caret <= token.to && !/^[()[\]]$/.test(token.text));
  const before = all.filter((token) => token.to <= (current ? current.from : caret));
  // What the next word is: an attribute, its operator, its value, or what joins conditions.
  let expected: 'attribute' | 'operator' | 'value' | 'join' = 'attribute';
  let attribute = '';
  for (const { text: word } of before) {
    const lower = word.toLowerCase();
    if (word === '(' || word === '[') expected = 'attribute';
    else if (word === ')' || word === ']') expected = 'join';
    else if (expected === 'attribute') { if (lower !== 'not') { attribute = lower; expected = 'operator'; } }
    else if (expected === 'operator') expected = lower === 'pr' ? 'join' : 'value';
    else if (expected === 'value') expected = 'join';
    else expected = 'attribute';
  }
  const typed = current ? text.slice(current.from, caret).toLowerCase() : '';
  const pool = expected === 'attribute' ? [...listed(ATTRIBUTES), { text: 'not (', hint: t('the opposite') }]
    : expected === 'operator' ? listed(OPERATORS) : expected === 'join' ? listed(JOINS) : valuesOf(attribute, now);
  const plain = typed.replace(/^"/, '');
  const options = pool.filter((option) => option.text.toLowerCase().replace(/^"/, '').startsWith(plain) || option.hint.toLowerCase().startsWith(plain));
  const whole = options.length === 1 && options[0]?.text.toLowerCase() === typed;
  return { from: current?.from ?? caret, to: current?.to ?? caret, options: whole ? [] : options };
}

/** "Column 12: expected ..." as the column (from 0) and the rest. */
export function errorAt(detail: string): { column: number | null; words: string } {
  const match = /^Column (\d+)(?: of the filter)?:?\s*(.*)$/s.exec(detail);
  if (!match?.[1]) return { column: null, words: detail };
  const words = match[2] ?? '';
  return { column: Number(match[1]) - 1, words: words.charAt(0).toUpperCase() + words.slice(1) };
}
