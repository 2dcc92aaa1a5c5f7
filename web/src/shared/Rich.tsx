import { Fragment, type ReactNode } from 'react';
import { t } from './i18n';

/** A sentence whose {parts} are elements: the order of the words stays with the language. */
export function Rich({ text, parts }: { text: string; parts: Readonly<Record<string, ReactNode>> }) {
  return t(text).split(/(\{\w+\})/).map((piece, i) => <Fragment key={i}>{piece.startsWith('{') ? parts[piece.slice(1, -1)] ?? piece : piece}</Fragment>);
}
