import { IconCircleCheckFilled, IconLock } from '@tabler/icons-react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, it } from 'vitest';
import { flat } from './flat';

function strokes(html: string): string[] {
  return [...html.matchAll(/ d="([^"]*)"/g)].map((found) => found[1] ?? '');
}

it('draws the strokes of an icon as one, at the same size', () => {
  const Flat = flat(IconLock);
  const html = renderToStaticMarkup(<Flat size={14} stroke={1.9} aria-hidden />);
  const was = strokes(renderToStaticMarkup(<IconLock size={14} />));
  expect(was.length).toBeGreaterThan(1);
  expect(strokes(html)).toEqual([was.join('')]);
  expect(html).toContain('width="14"');
  expect(html).toContain('stroke-width="1.9"');
  expect(html).toContain('aria-hidden="true"');
});

it('fills nothing that was a line, and leaves a filled icon as it is', () => {
  expect(renderToStaticMarkup(<IconLock />)).toContain('fill="none"');
  expect(flat(IconCircleCheckFilled)).toBe(IconCircleCheckFilled);
});
