import { expect, it } from 'vitest';
import { complete, errorAt } from './completionModel';

const at = (text: string) => complete(text, text.length).options.map((option) => option.text);

it('offers attributes, then operators, then values, then what joins', () => {
  expect(at('')).toContain('status');
  expect(at('sta')).toEqual(['status', 'status_cause']);
  expect(at('status ')).toContain('eq');
  expect(at('status eq ')).toContain('"LOCKED_OUT"');
  expect(at('status eq "LO')).toEqual(['"LOCKED_OUT"']);
  expect(at('status eq "LOCKED_OUT" ')).toEqual(['and', 'or']);
  expect(at('phone pr ')).toEqual(['and', 'or']);
  expect(at('mfa.enrolled eq ')).toEqual(['true', 'false']);
  expect(at('not (alerts eq ')).toContain('"inactive"');
  expect(at('(status eq "ACTIVE") ')).toEqual(['and', 'or']);
});

it('finds values by the words of the page too', () => {
  expect(at('status eq loc')).toEqual(['"LOCKED_OUT"']);
  expect(at('status eq inv')).toEqual(['"PROVISIONED"']);
});

it('replaces the word under the caret only', () => {
  expect(complete('status eq "ACTIVE" and use', 3)).toMatchObject({ from: 0, to: 6 });
  expect(complete('a eq "x y" and use', 18)).toMatchObject({ from: 15, to: 18 });
});

it('reads the column of an error', () => {
  expect(errorAt('Column 11: expected a value, found the end.')).toEqual({ column: 10, words: 'Expected a value, found the end.' });
  expect(errorAt('Something else.')).toEqual({ column: null, words: 'Something else.' });
});
