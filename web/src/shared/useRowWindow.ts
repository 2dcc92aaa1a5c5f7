import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState, type RefObject } from 'react';
import { flushSync } from 'react-dom';

interface Options {
  count: number;
  rowPx: number;
  /** Rows that are taller, by index: how much. */
  extra: ReadonlyMap<number, number>;
  headPx: number;
  footPx?: number;
  /** What is listed: what is new is shown first, and what lies around it when there is time. */
  of?: string;
  /** While one scrolls each row stays at its place in the document, in whatever order: for rows that are drawn over by their slot. */
  overdrawn?: boolean;
}

export interface WindowRow {
  index: number;
  /** Below the top of the window. */
  top: number;
  /** A place that no other row of the window has: what is drawn there is drawn over, not taken away and made anew. */
  slot: number;
}

export type Place = Pick<WindowRow, 'index' | 'slot'>;

export interface RowWindow {
  rows: WindowRow[];
  /** Where the window is. It moves; its rows seldom do. */
  top: number;
  first: number;
  last: number;
  /** The height of the whole list for the scroll bar. */
  height: number;
  scrollTo: (index: number) => void;
  /** Asks the box for nothing when it is there already: the answer would have to be laid out for. */
  toTop: () => void;
}

/** Browsers cut elements at about 33 million pixels; longer lists are scrolled at a larger scale. */
const HEIGHT_MAX = 16_000_000;
/** Rows drawn above and below, at rest and while one scrolls slowly. */
const OVERSCAN = 6;
const OVERSCAN_NEW = 1;
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

/** Gives the rows of a new range their places: a row that stays keeps its own, a new one takes that of one that has gone. */
export function place(was: readonly Place[], from: number, to: number): Place[] {
  const stays = ({ index }: Place) => index >= from && index <= to;
  const held = new Set(was.filter(stays).map(({ index }) => index));
  const coming: number[] = [];
  for (let index = from; index <= to; index += 1) if (!held.has(index)) coming.push(index);
  const places = was.flatMap((one) => {
    if (stays(one)) return [one];
    const index = coming.shift();
    return index === undefined ? [] : [{ slot: one.slot, index }];
  });
  const taken = new Set(places.map(({ slot }) => slot));
  for (let slot = 0; coming.length > 0; slot += 1) if (!taken.has(slot)) places.push({ slot, index: coming.shift() ?? 0 });
  return places;
}

/** The rows in sight of a scrolling box, for any number of rows. */
export function useRowWindow(box: RefObject<HTMLElement | null>, { count, rowPx, extra, headPx, footPx = 0, of = '', overdrawn = false }: Options): RowWindow {
  const [view, setView] = useState({ top: 0, height: 900, moving: false, fast: false });
  const [settled, setSettled] = useState<string | null>(null);
  useEffect(() => {
    const timer = window.setTimeout(() => { setSettled(of); }, REST_MS);
    return () => { window.clearTimeout(timer); };
  }, [of]);
  const large = count * rowPx > HEIGHT_MAX;
  /** What the listener must know as it is now. */
  const now = useRef({ scale: 1, step: 1, top: 0 });
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const look = (moving: boolean) => {
      const { step, scale } = now.current;
      now.current.top = element.scrollTop;
      const top = Math.floor(now.current.top / step) * step;
      const height = element.clientHeight;
      setView((was) => {
        if (was.top === top && was.height === height) return was;
        // So quick that most rows are new: those out of sight would only be in the way.
        const fast = moving && (was.fast || Math.abs(top - was.top) * scale > height / 2);
        return { top, height, moving, fast };
      });
    };
    look(false);
    let rest = 0;
    const onRest = () => { setView((was) => (was.moving ? { ...was, moving: false, fast: false } : was)); };
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
  }, [box]);

  const geometry = useMemo(() => rowGeometry(count, rowPx, extra), [count, rowPx, extra]);
  const real = geometry.total + headPx + footPx;
  const height = Math.min(real, HEIGHT_MAX);
  const scale = real > height ? (real - view.height) / (height - view.height) : 1;
  now.current.scale = scale;
  // Rows above and below are drawn too, so that not every pixel is a new drawing.
  now.current.step = large ? 1 : rowPx * STEP_ROWS;
  const offset = view.top * scale;
  const first = count > 0 ? geometry.indexAt(offset) : 0;
  const last = count > 0 ? geometry.indexAt(offset + view.height + (large ? 0 : rowPx * STEP_ROWS)) : 0;
  // At a larger scale the rows travel with the scroll position: the window does, and they stay where they are in it.
  const shift = scale === 1 ? 0 : Math.round(view.top - offset);
  const origin = large && count > 0 ? geometry.topOf(Math.floor(first / BLOCK_ROWS) * BLOCK_ROWS) : 0;
  const around = settled === of && !view.fast ? OVERSCAN : OVERSCAN_NEW;
  const places = useRef<readonly Place[]>([]);
  // As many rows each time: one more or less would be made anew for each frame.
  const most = Math.ceil((view.height - headPx) / rowPx) + 1 + (large ? 0 : STEP_ROWS) + 2 * around;
  const from = Math.max(0, Math.min(first - around, count - most));
  const next = count > 0 ? place(places.current, from, Math.min(count - 1, from + most - 1)) : [];
  if (!view.moving || !overdrawn) next.sort((a, b) => a.index - b.index);
  places.current = next;
  const rows = next.map(({ index, slot }): WindowRow => ({ index, slot, top: geometry.topOf(index) - origin }));
  const scrollTo = useCallback((index: number) => {
    const element = box.current;
    if (!element) return;
    const top = geometry.topOf(index);
    const bottom = top + rowPx + (extra.get(index) ?? 0);
    const room = element.clientHeight - headPx - footPx;
    const at = element.scrollTop * scale;
    if (top < at) element.scrollTop = top / scale;
    else if (bottom > at + room) element.scrollTop = (bottom - room) / scale;
  }, [box, geometry, extra, rowPx, headPx, footPx, scale]);
  const toTop = useCallback(() => { if (now.current.top > 0) box.current?.scrollTo({ top: 0 }); }, [box]);
  return { rows, top: headPx + origin + shift, first, last, height, scrollTo, toTop };
}
