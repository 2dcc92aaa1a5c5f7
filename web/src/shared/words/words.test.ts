import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { de } from './de';

const ALL = import.meta.glob<string>('../../**/*.{ts,tsx}', { query: '?raw', import: 'default', eager: true });
const SOURCES = Object.keys(ALL).filter((file) => !/test\.|schema\.ts|i18n\.ts|\/words\//.test(file));
/** Words that are the same in every language, or belong to a machine. */
const NO_WORDS = /^(Tenantry|CSV|Esc|Ctrl K|sha256|MiB|ms)$/;
const SHOWN = ['label', 'placeholder', 'title', 'description', 'aria-label', 'data-tip'];

function parse(file: string): ts.SourceFile {
  return ts.createSourceFile(file, ALL[file] ?? '', ts.ScriptTarget.Latest, true, file.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS);
}

function walk(node: ts.Node, visit: (node: ts.Node) => void) {
  visit(node);
  ts.forEachChild(node, (child) => { walk(child, visit); });
}

/** The texts an argument may be: a literal, or either side of a choice. */
function literals(node: ts.Node | undefined): string[] {
  if (!node) return [];
  if (ts.isStringLiteral(node)) return [node.text];
  if (ts.isConditionalExpression(node)) return [...literals(node.whenTrue), ...literals(node.whenFalse)];
  return [];
}

function keysOf(file: string): string[] {
  const keys: string[] = [];
  walk(parse(file), (node) => {
    if (ts.isCallExpression(node)) {
      const name = node.expression.getText();
      if (name === 't') keys.push(...literals(node.arguments[0]));
      if (name === 'plural') {
        const [one] = literals(node.arguments[1]);
        if (one) keys.push(one, ...(node.arguments[2] ? literals(node.arguments[2]) : [`${one}s`]));
      }
    }
    if (ts.isJsxAttribute(node) && node.name.getText() === 'text' && node.parent.parent.getText().startsWith('<Rich') && node.initializer) {
      keys.push(...literals(ts.isJsxExpression(node.initializer) ? node.initializer.expression : node.initializer));
    }
  });
  return keys;
}

const parts = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([part]) => part).sort();

describe('German', () => {
  it('has a word for every text of the console', () => {
    const keys = new Set(SOURCES.flatMap(keysOf));
    expect(keys.size).toBeGreaterThan(500);
    expect([...keys].filter((key) => !(key in de))).toEqual([]);
  });

  it('fills in the same parts', () => {
    for (const [english, german] of Object.entries(de)) expect(parts(german), english).toEqual(parts(english));
  });

  it('says each text in one file only', () => {
    const parts = import.meta.glob<Record<string, Record<string, string>>>('./de/*.ts', { eager: true });
    const keys = Object.values(parts).flatMap((part) => Object.values(part).flatMap((words) => Object.keys(words)));
    expect(keys.filter((key, i) => keys.indexOf(key) !== i)).toEqual([]);
  });

  it('has twelve months', () => {
    expect(de['Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec']?.split(' ')).toHaveLength(12);
  });
});

it('shows no text that was not handed to t()', () => {
  const bare: string[] = [];
  for (const file of SOURCES) {
    walk(parse(file), (node) => {
      const words = ts.isJsxText(node) ? node.text.trim()
        : ts.isJsxAttribute(node) && node.initializer && ts.isStringLiteral(node.initializer) && SHOWN.includes(node.name.getText()) ? node.initializer.text : '';
      if (/[A-Za-z]{2,}/.test(words) && !NO_WORDS.test(words)) bare.push(`${file}: ${words}`);
    });
  }
  expect(bare).toEqual([]);
});
