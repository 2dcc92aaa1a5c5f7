import { Fragment } from 'react';

/** A path as plain text, each name isolated: two Arabic names beside each other would otherwise swap places. */
export function pathText(names: readonly string[]): string {
  return names.map((name) => `\u2068${name}\u2069`).join('  ›  ');
}

/** The same for the page. */
export function PathLine({ names }: { names: readonly string[] }) {
  return names.map((name, i) => (
    <Fragment key={i}>{i > 0 ? '  ›  ' : null}<bdi>{name}</bdi></Fragment>
  ));
}
