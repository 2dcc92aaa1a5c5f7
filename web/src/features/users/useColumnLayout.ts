import { useLayoutEffect, useMemo, type CSSProperties, type RefObject } from 'react';
import { LEAD_WIDTH, MENU_WIDTH } from './columns';
import { COLUMNS, PINNED, shownOrder, type ColumnChoice } from './columnsModel';

export interface LaidColumn {
  id: string;
  width: number;
  /** The left edge, of a pinned one. */
  pin: number | undefined;
  /** The last of the pinned ones. */
  edge: boolean;
}

export interface ColumnLayout {
  /** The shown columns from left to right, without the first (select, open) and the last (menu). */
  columns: readonly LaidColumn[];
  width: number;
}

/** Where the columns lie, made from the choice in the URL. */
export function useColumnLayout(choice: ColumnChoice, dragged: { id: string; width: number } | null): ColumnLayout {
  return useMemo(() => {
    const sizes: Record<string, number> = {};
    for (const spec of [...PINNED, ...COLUMNS]) sizes[spec.id] = choice.widths[spec.id] ?? spec.width;
    if (dragged) sizes[dragged.id] = dragged.width;
    const order = [...PINNED.map((spec) => spec.id), ...shownOrder(choice)];
    const pinned = PINNED.length + choice.pinned.length;
    let left = LEAD_WIDTH;
    const columns = order.map((id, i): LaidColumn => {
      const width = sizes[id] ?? 0;
      const at = left;
      left += width;
      return { id, width, pin: i < pinned ? at : undefined, edge: i === pinned - 1 };
    });
    return { columns, width: left + MENU_WIDTH };
  }, [choice, dragged]);
}

/** How wide a head is, and its left edge if it is pinned. */
export function pinnedAt(width: number, pin: number | undefined): CSSProperties {
  return pin === undefined ? { width, minWidth: width } : { width, minWidth: width, ...{ '--pin': `${String(pin)}px` } };
}

/** A style sheet that lives as long as the list. */
function useSheet(text: string | null) {
  const sheet = useMemo(() => new CSSStyleSheet(), []);
  useLayoutEffect(() => {
    document.adoptedStyleSheets.push(sheet);
    return () => { document.adoptedStyleSheets = document.adoptedStyleSheets.filter((other) => other !== sheet); };
  }, [sheet]);
  useLayoutEffect(() => { if (text !== null) sheet.replaceSync(text); }, [sheet, text]);
  return sheet;
}

/** Where the cells lie, said once for all rows: cells that have no style of their own are styled together. */
export function useCellSheet({ columns }: ColumnLayout) {
  useSheet(useMemo(() => [{ id: 'lead', width: LEAD_WIDTH, pin: 0 }, { id: 'menu', width: MENU_WIDTH, pin: undefined }, ...columns].map(({ id, width, pin }) => (
    `.td.c-${id}{width:${String(width)}px}${pin === undefined ? '' : `[data-sideways] .td.c-${id}{left:${String(pin)}px}`}`
  )).join(''), [columns]));
}

/**
 * Cells are pinned only while the list is scrolled sideways, and the menu lies where the box ends: hundreds of sticky
 * cells are as many layers, which cost more than all else that is drawn.
 */
export function useSideways(box: RefObject<HTMLElement | null>) {
  const sheet = useSheet(null);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const look = () => {
      if (element.scrollLeft > 0) element.dataset.sideways = '';
      else delete element.dataset.sideways;
    };
    const size = new ResizeObserver(() => { sheet.replaceSync(`.td.c-menu{left:calc(min(100%,${String(element.clientWidth)}px) - ${String(MENU_WIDTH)}px)}[data-sideways] .td.c-menu{left:auto}`); });
    look();
    element.addEventListener('scroll', look, { passive: true });
    size.observe(element);
    return () => { element.removeEventListener('scroll', look); size.disconnect(); };
  }, [box, sheet]);
}
