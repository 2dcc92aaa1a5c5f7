import type { Icon } from '@tabler/icons-react';
import { isValidElement, type ComponentType, type ReactElement } from 'react';

interface FlatProps {
  size: number;
  stroke?: number;
  className?: string;
  'aria-hidden'?: boolean;
}

export type FlatIcon = ComponentType<FlatProps>;

/** An icon as React holds it: drawn by a function of its properties. */
interface Drawn {
  render: (props: object, ref: null) => ReactElement<{ fill?: unknown; children?: unknown }>;
}

function isDrawn(icon: unknown): icon is Drawn {
  return typeof icon === 'object' && icon !== null && 'render' in icon && typeof icon.render === 'function';
}

function isLine(part: unknown): part is ReactElement<{ d: string }, 'path'> {
  return isValidElement<{ d?: unknown }>(part) && part.type === 'path' && typeof part.props.d === 'string' && part.props.d.startsWith('M');
}

/** The strokes of an icon; null when it is not made of strokes alone. */
function lines(icon: unknown): string | null {
  if (!isDrawn(icon)) return null;
  const { fill, children } = icon.render({}, null).props;
  if (fill !== 'none') return null;
  const parts: unknown[] = Array.isArray(children) ? children.filter(Boolean) : [];
  return parts.length > 0 && parts.every(isLine) ? parts.map(({ props }) => props.d).join('') : null;
}

/**
 * The same picture drawn by one path instead of one for each stroke: a list has hundreds of icons, and each element of
 * theirs is styled, laid out and painted. An icon that is not made of lines alone stays as it is.
 */
export function flat(icon: Icon): FlatIcon {
  const d = lines(icon);
  if (d === null) return icon;
  return function Flat({ size, stroke = 2, className, 'aria-hidden': hidden }: FlatProps) {
    return <svg className={className ? `flat ${className}` : 'flat'} width={size} height={size} viewBox="0 0 24 24" strokeWidth={stroke} aria-hidden={hidden}><path d={d} /></svg>;
  };
}
