import { useTable } from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState, type RefObject } from 'react';
import { columns, features, MENU_WIDTH } from './columns';
import { resizeColumn, type ColumnChoice } from './columnsModel';
import { HeaderCell } from './HeaderCell';
import type { SortKey } from './sortModel';
import { useColumnLayout } from './useColumnLayout';
import { useListKeys } from './useListKeys';
import { PAGE_ROWS, type UserPages } from './useUserPages';
import { UserRow, type RowHandlers } from './UserRow';

const ROW_PX = 36;
const HEAD_PX = 34;

export interface ListProps {
  pages: UserPages;
  /** Changes when the query does: the list then goes to its top. */
  queryKey: string;
  onRange: (first: number, last: number) => void;
  handlers: RefObject<RowHandlers>;
  openId: string | undefined;
  menuId: string | null;
  busy: ReadonlySet<string>;
  flashing: ReadonlySet<string>;
  onPointer: (inside: boolean) => void;
}

interface TableProps extends ListProps {
  sort: readonly SortKey[];
  onSort: (id: string, add: boolean) => void;
  choice: ColumnChoice;
  onChoice: (choice: ColumnChoice) => void;
}

export function UsersTable(props: TableProps) {
  const { pages, queryKey, onRange, handlers, openId, menuId, busy, flashing, onPointer, sort, onSort, choice, onChoice } = props;
  const box = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(-1);
  const [dragged, setDragged] = useState<{ id: string; width: number } | null>(null);
  const layout = useColumnLayout(choice, dragged);
  const total = pages.total ?? 0;

  const table = useTable({
    features,
    columns,
    data: pages.rows,
    getRowId: (user) => user.id,
    manualSorting: true,
    state: {
      columnOrder: layout.columnOrder,
      columnVisibility: layout.columnVisibility,
      columnSizing: layout.columnSizing,
      columnPinning: { start: ['status', 'username'], end: ['menu'] },
    },
  });
  const { rowsById } = table.getRowModel();

  const rows = useVirtualizer({
    count: total,
    getScrollElement: () => box.current,
    estimateSize: () => ROW_PX,
    overscan: 8,
    paddingStart: HEAD_PX,
    scrollPaddingStart: HEAD_PX,
  });
  const shown = rows.getVirtualItems();
  const first = Math.floor((shown[0]?.index ?? 0) / PAGE_ROWS);
  const last = Math.floor((shown.at(-1)?.index ?? 0) / PAGE_ROWS);
  useEffect(() => { onRange(first, last); }, [onRange, first, last]);
  useEffect(() => {
    box.current?.scrollTo({ top: 0 });
    setActive(-1);
  }, [queryKey]);

  const keys = useListKeys({ total, active, setActive, rowAt: pages.rowAt, handlers, scrollTo: (index) => { rows.scrollToIndex(index); }, detailsOpen: openId !== undefined });
  const activeUser = pages.rowAt(active);
  const headers = table.getHeaderGroups()[0]?.headers ?? [];
  return (
    <div className={pages.old ? 'tablewrap old' : 'tablewrap'} ref={box} tabIndex={0} role="grid" aria-label="Users" aria-rowcount={total + 1} aria-colcount={headers.length}
      aria-busy={pages.fetching} aria-activedescendant={activeUser ? `row-${activeUser.id}` : undefined} onKeyDown={keys}
      onPointerEnter={() => { onPointer(true); }} onPointerLeave={() => { onPointer(false); }}>
      <div className="tbody" role="rowgroup" style={{ height: rows.getTotalSize(), width: layout.width }}>
        <div role="row" aria-rowindex={1} className="thead" style={{ width: layout.width }}>
          {headers.map((header, i) => (header.column.id === 'menu' ? (
            <div key="menu" role="columnheader" aria-colindex={i + 1} className="th pinr c-menu" style={{ width: MENU_WIDTH, minWidth: MENU_WIDTH }}><span className="vh">Actions</span></div>
          ) : (
            <HeaderCell key={header.id} id={header.column.id} header={String(header.column.columnDef.header)} index={i} width={header.getSize()} pin={layout.pins[header.column.id]}
              sort={sort} onSort={onSort} onDrag={(id, width) => { setDragged({ id, width }); }}
              onResize={(id, width) => { setDragged(null); onChoice(resizeColumn(choice, id, width)); }} />
          )))}
        </div>
        {shown.map((item) => {
          const user = pages.rowAt(item.index);
          const row = user ? rowsById[user.id] : undefined;
          if (!user || !row) return <SkeletonRow key={item.key} index={item.index} top={item.start} width={layout.width} sizes={headers.map((header) => header.getSize())} />;
          return (
            <UserRow key={user.id} user={user} cells={row.getVisibleCells()} index={item.index} top={item.start} width={layout.width} pins={layout.pins} handlers={handlers}
              active={item.index === active} opened={user.id === openId} busy={busy.has(user.id)} flashing={flashing.has(user.id)} menuOpen={menuId === user.id} />
          );
        })}
      </div>
    </div>
  );
}

function SkeletonRow({ index, top, width, sizes }: { index: number; top: number; width: number; sizes: number[] }) {
  return (
    <div role="row" aria-rowindex={index + 2} className="tr sk" style={{ top, width }}>
      {sizes.map((size, i) => <div key={i} role="gridcell" className="td" style={{ width: size, minWidth: size }}><i className={`bar w${String((index + i) % 3)}`} /></div>)}
    </div>
  );
}
