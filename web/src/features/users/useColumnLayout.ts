import { useMemo } from 'react';
import { LEAD_WIDTH, MENU_WIDTH } from './columns';
import { COLUMNS, PINNED, shownOrder, type ColumnChoice } from './columnsModel';

export interface ColumnLayout {
  columnOrder: string[];
  columnVisibility: Record<string, boolean>;
  columnSizing: Record<string, number>;
  pinned: string[];
  /** Left edges of the pinned columns. */
  pins: Record<string, number>;
  width: number;
}

/** The table's column state, made from the choice in the URL. */
export function useColumnLayout(choice: ColumnChoice, dragged: { id: string; width: number } | null): ColumnLayout {
  return useMemo(() => {
    const sizes: Record<string, number> = {};
    for (const spec of [...PINNED, ...COLUMNS]) sizes[spec.id] = choice.widths[spec.id] ?? spec.width;
    if (dragged) sizes[dragged.id] = dragged.width;
    const order = [...PINNED.map((spec) => spec.id), ...shownOrder(choice)];
    const pinned = order.slice(0, PINNED.length + choice.pinned.length);
    const pins: Record<string, number> = {};
    let left = LEAD_WIDTH;
    for (const id of pinned) {
      pins[id] = left;
      left += sizes[id] ?? 0;
    }
    const width = order.reduce((sum, id) => sum + (sizes[id] ?? 0), LEAD_WIDTH) + MENU_WIDTH;
    return {
      columnOrder: order,
      columnVisibility: Object.fromEntries(COLUMNS.map((spec) => [spec.id, choice.order.includes(spec.id)])),
      columnSizing: sizes,
      pinned,
      pins,
      width,
    };
  }, [choice, dragged]);
}
