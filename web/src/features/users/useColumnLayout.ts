import { useMemo } from 'react';
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
