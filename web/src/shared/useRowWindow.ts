import { useCallback, useLayoutEffect, useMemo, useState, type RefObject } from 'react';
import { flushSync } from 'react-dom';

interface Options {
  count: number;
  rowPx: number;
  /** Rows that are taller, by index: how much. */
  extra: ReadonlyMap<number, number>;
  headPx: number;
  footPx?: number;
}

export interface WindowRow {
  index: number;
  /** Below the top of the window. */
  top: number;
  /** A place that no other row of the window has: what is drawn there is drawn over, not taken away and made anew. */
  slot: number;
}

export interface RowWindow {
  rows: WindowRow[];
  /** One scrolls: rows are then best drawn in the order of their slots, so that none is moved in the document. */
  moving: boolean;
  /** Where the window is. It moves; its rows seldom do. */
  top: number;
  first: number;
  last: number;
  /** The height of the whole list for the scroll bar. */
  height: number;
  scrollTo: (index: number) => void;
}

/** Browsers cut elements at about 33 million pixels; longer lists are scrolled at a larger scale. */
const HEIGHT_MAX = 16_000_000;
const OVERSCAN = 6;
const STEP_ROWS = 4;
const REST_MS = 400;
/** Rows after which the rows of a longer list are counted from a new origin. */
const BLOCK_ROWS = 10_000;

/** Where rows are, when all are equally tall but a few. */
export function rowGeometry(count: number, rowPx: number, extra: ReadonlyMap<number, number>) {
  const taller = [...extra].filter(([index]) => index < count).sort(([a], [b]) => a - b);
  const total = count * rowPx + taller.reduce((sum, [, px]) => sum + px, 0);
  const topOf = (index: number) => {
    let top = index * rowPx;
    for (const [at, px] of taller) if (at < index) top += px;
    return top;
  };
  const indexAt = (top: number) => {
    let gone = 0;
    for (const [at, px] of taller) {
      const start = at * rowPx + gone;
      if (top < start + rowPx) break;
      if (top < start + rowPx + px) return at;
      gone += px;
    }
    return Math.max(0, Math.min(count - 1, Math.floor((top - gone) / rowPx)));
  };
  return { total, topOf, indexAt };
}

/** The rows in sight of a scrolling box, for any number of rows. */
export function useRowWindow(box: RefObject<HTMLElement | null>, { count, rowPx, extra, headPx, footPx = 0 }: Options): RowWindow {
  const [view, setView] = useState({ top: 0, height: 900, moving: false });
  const large = count * rowPx > HEIGHT_MAX;
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    // Rows above and below are drawn too, so that not every pixel is a new drawing.
    const step = large ? 1 : rowPx * STEP_ROWS;
    const look = (moving: boolean) => {
      const top = Math.floor(element.scrollTop / step) * step;
      const height = element.clientHeight;
      setView((was) => (was.top === top && was.height === height ? was : { top, height, moving }));
    };
    look(false);
    let rest = 0;
    const onRest = () => { setView((was) => (was.moving ? { ...was, moving: false } : was)); };
    // Drawn before the frame is painted: otherwise a quick scroll shows nothing for a frame.
    const onScroll = () => {
      flushSync(() => { look(true); });
      window.clearTimeout(rest);
      rest = window.setTimeout(onRest, REST_MS);
    };
    element.addEventListener('scroll', onScroll, { passive: true });
    const size = new ResizeObserver(() => { look(false); });
    size.observe(element);
    return () => { window.clearTimeout(rest); element.removeEventListener('scroll', onScroll); size.disconnect(); };
  }, [box, rowPx, large]);

  const geometry = useMemo(() => rowGeometry(count, rowPx, extra), [count, rowPx, extra]);
  const real = geometry.total + headPx + footPx;
  const height = Math.min(real, HEIGHT_MAX);
  const scale = real > height ? (real - view.height) / (height - view.height) : 1;
  const offset = view.top * scale;
  const first = count > 0 ? geometry.indexAt(offset) : 0;
  const last = count > 0 ? geometry.indexAt(offset + view.height + (large ? 0 : rowPx * STEP_ROWS)) : 0;
  // At a larger scale the rows travel with the scroll position: the window does, and they stay where they are in it.
  const shift = scale === 1 ? 0 : Math.round(view.top - offset);
  const origin = large && count > 0 ? geometry.topOf(Math.floor(first / BLOCK_ROWS) * BLOCK_ROWS) : 0;
  const slots = Math.ceil(view.height / rowPx) + STEP_ROWS + 2 * OVERSCAN + 2;
  const rows: WindowRow[] = [];
  if (count > 0) {
    for (let index = Math.max(0, first - OVERSCAN); index <= Math.min(count - 1, last + OVERSCAN); index += 1) {
      rows.push({ index, top: geometry.topOf(index) - origin, slot: index % slots });
    }
  }
  const scrollTo = useCallback((index: number) => {
    const element = box.current;
    if (!element) return;
    const top = geometry.topOf(index);
    const bottom = top + rowPx + (extra.get(index) ?? 0);
    const room = element.clientHeight - headPx - footPx;
    const now = element.scrollTop * scale;
    if (top < now) element.scrollTop = top / scale;
    else if (bottom > now + room) element.scrollTop = (bottom - room) / scale;
  }, [box, geometry, extra, rowPx, headPx, footPx, scale]);
  return { rows, moving: view.moving, top: headPx + origin + shift, first, last, height, scrollTo };
}
