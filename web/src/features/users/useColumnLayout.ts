import { useMemo } from 'react';
import { MENU_WIDTH } from './columns';
import { COLUMNS, PINNED, type ColumnChoice } from './columnsModel';

export interface ColumnLayout {
  columnOrder: string[];
  columnVisibility: Record<string, boolean>;
  columnSizing: Record<string, number>;
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
    const pins: Record<string, number> = {};
    let left = 0;
    for (const spec of PINNED) {
      pins[spec.id] = left;
      left += sizes[spec.id] ?? spec.width;
    }
    const width = choice.order.reduce((sum, id) => sum + (sizes[id] ?? 0), left) + MENU_WIDTH;
    return {
      columnOrder: [...PINNED.map((spec) => spec.id), ...choice.order],
      columnVisibility: Object.fromEntries(COLUMNS.map((spec) => [spec.id, choice.order.includes(spec.id)])),
      columnSizing: sizes,
      pins,
      width,
    };
  }, [choice, dragged]);
}
