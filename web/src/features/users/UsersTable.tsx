import { useTable } from '@tanstack/react-table';
import { memo, useCallback, useEffect, useMemo, useRef, useState, type RefObject } from 'react';
import { t } from '../../shared/i18n';
import { ROW_PX, useDensity } from '../../shared/preferences';
import { useRowWindow } from '../../shared/useRowWindow';
import { columns, features, LEAD_WIDTH, MENU_WIDTH } from './columns';
import { specOf } from './columnsModel';
import { HeaderCell, type HeaderShared } from './HeaderCell';
import { DETAILS_PX } from './RowDetails';
import { useColumnLayout } from './useColumnLayout';
import { useListKeys } from './useListKeys';
import { PAGE_ROWS, type UserPages } from './useUserPages';
import { UserRow, type RowHandlers } from './UserRow';

const HEAD_PX = 34;
/** Room for the selection bar below the last row. */
const FOOT_PX = 72;
/** Rows from which the next page is asked for before it is in sight. */
const AHEAD = 40;

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
  /** Whether rows can be selected, and which are. */
  selectable: boolean;
  isSelected: (id: string) => boolean;
  /** Opened rows, with their place in the list. */
  expanded: ReadonlyMap<string, number>;
  onSelectPage: (on: boolean) => void;
}

type TableProps = ListProps & Omit<HeaderShared, 'onDrag' | 'onDragEnd'>;

export function useRange(first: number, last: number, total: number, onRange: ListProps['onRange']) {
  const from = Math.floor(Math.max(0, first - AHEAD) / PAGE_ROWS);
  const to = Math.floor(Math.min(Math.max(0, total - 1), last + AHEAD) / PAGE_ROWS);
  useEffect(() => { onRange(from, Math.max(from, to)); }, [onRange, from, to]);
}

export function UsersTable(props: TableProps) {
  const { pages, queryKey, onRange, handlers, openId, menuId, busy, flashing, onPointer, choice, selectable, isSelected, expanded, onSelectPage } = props;
  const box = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(-1);
  const [dragged, setDragged] = useState<{ id: string; width: number } | null>(null);
  const layout = useColumnLayout(choice, dragged);
  const total = pages.total ?? 0;
  const [density] = useDensity();
  const rowPx = ROW_PX[density];

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
      columnPinning: { start: layout.pinned, end: ['menu'] },
    },
  });
  const { rowsById } = table.getRowModel();

  const extra = useMemo(() => new Map([...expanded.values()].map((index) => [index, DETAILS_PX])), [expanded]);
  const view = useRowWindow(box, { count: total, rowPx, extra, headPx: HEAD_PX, footPx: FOOT_PX });
  useRange(view.first, view.last, total, onRange);
  useEffect(() => {
    box.current?.scrollTo({ top: 0 });
    setActive(-1);
  }, [queryKey]);

  const keys = useListKeys({
    total, active, setActive, rowAt: pages.rowAt, handlers, scrollTo: view.scrollTo, detailsOpen: openId !== undefined,
    isExpanded: (id) => expanded.has(id), onSelectPage: () => { onSelectPage(true); }, selectable,
  });
  const activeUser = pages.rowAt(active);
  const headers = table.getHeaderGroups()[0]?.headers ?? [];
  const lastPin = layout.pinned.at(-1) ?? '';
  const heads = useMemo(() => [...layout.columnOrder, 'menu'].map((id) => ({ id, width: layout.columnSizing[id] ?? MENU_WIDTH })), [layout]);
  const shared = useRef(props);
  shared.current = props;
  const drag = useCallback((id: string, width: number) => { setDragged({ id, width }); }, []);
  const endDrag = useCallback(() => { setDragged(null); }, []);
  return (
    <div className={pages.old ? 'tablewrap old' : 'tablewrap'} ref={box} tabIndex={0} role="grid" aria-label={t('Users')} aria-rowcount={total + 1} aria-colcount={headers.length + 1} aria-multiselectable={selectable || undefined}
      aria-busy={pages.fetching} aria-activedescendant={activeUser ? `row-${activeUser.id}` : undefined} onKeyDown={keys}
      onPointerEnter={() => { onPointer(true); }} onPointerLeave={() => { onPointer(false); }}>
      <div className="tbody" role="rowgroup" style={{ height: view.height, width: layout.width }}>
        <div role="row" aria-rowindex={1} className="thead" style={{ width: layout.width }}>
          <div role="columnheader" aria-colindex={1} className="th pin c-lead" style={{ width: LEAD_WIDTH, minWidth: LEAD_WIDTH, left: 0 }}>
            {selectable ? <SelectPage pages={pages} isSelected={isSelected} onSelectPage={onSelectPage} /> : <span className="vh">{t('More')}</span>}
          </div>
          <Heads columns={heads} pins={layout.pins} sort={props.sort} choice={choice} filter={props.filter} shared={shared} onDrag={drag} onDragEnd={endDrag} />
        </div>
        {view.rows.map(({ index, top }) => {
          const user = pages.rowAt(index);
          const row = user ? rowsById[user.id] : undefined;
          if (!user || !row) return <SkeletonRow key={`sk-${String(index)}`} index={index} top={top} width={layout.width} rowPx={rowPx} sizes={headers.map((header) => header.getSize())} />;
          return (
            <UserRow key={user.id} user={user} cells={row.getVisibleCells()} index={index} top={top} width={layout.width} rowPx={rowPx} pins={layout.pins} lastPin={lastPin} handlers={handlers}
              active={index === active} opened={user.id === openId} selected={isSelected(user.id)} expanded={expanded.has(user.id)} busy={busy.has(user.id)} flashing={flashing.has(user.id)}
              menuOpen={menuId === user.id} selectable={selectable} />
          );
        })}
      </div>
    </div>
  );
}

interface HeadsProps extends Pick<HeaderShared, 'sort' | 'choice' | 'filter' | 'onDrag' | 'onDragEnd'> {
  columns: readonly { id: string; width: number }[];
  pins: Readonly<Record<string, number>>;
  /** What a head calls, at the time it does: the heads are not drawn again while one scrolls. */
  shared: RefObject<TableProps>;
}

const Heads = memo(function Heads({ columns: all, pins, sort, choice, filter, shared, onDrag, onDragEnd }: HeadsProps) {
  return all.map(({ id, width }, i) => (id === 'menu' ? (
    <div key="menu" role="columnheader" aria-colindex={i + 2} className="th pinr c-menu" style={{ width: MENU_WIDTH, minWidth: MENU_WIDTH }}><span className="vh">{t('Actions')}</span></div>
  ) : (
    <HeaderCell key={id} id={id} header={specOf(id)?.header ?? id} index={i + 1} width={width} pin={pins[id]} sort={sort} choice={choice} filter={filter} onDrag={onDrag} onDragEnd={onDragEnd}
      onSort={(next) => { shared.current.onSort(next); }} onChoice={(next) => { shared.current.onChoice(next); }} onFilter={(next) => { shared.current.onFilter(next); }} onFacet={(column) => { shared.current.onFacet(column); }} />
  )));
});

function SelectPage({ pages, isSelected, onSelectPage }: Pick<ListProps, 'pages' | 'isSelected' | 'onSelectPage'>) {
  const chosen = pages.rows.filter((user) => isSelected(user.id)).length;
  const all = chosen > 0 && chosen === pages.rows.length;
  return (
    <input type="checkbox" className="ck" checked={all} aria-label={t('Select the loaded page')} data-tip={t('Select the loaded page')} ref={(box) => { if (box) box.indeterminate = chosen > 0 && !all; }}
      onChange={() => { onSelectPage(!all); }} />
  );
}

function SkeletonRow({ index, top, width, rowPx, sizes }: { index: number; top: number; width: number; rowPx: number; sizes: number[] }) {
  return (
    <div role="row" aria-rowindex={index + 2} className="tr sk" style={{ top, width, height: rowPx }}>
      <div role="gridcell" className="td" style={{ width: LEAD_WIDTH, minWidth: LEAD_WIDTH }} />
      {sizes.map((size, i) => <div key={i} role="gridcell" className="td" style={{ width: size, minWidth: size }}><i className={`bar w${String((index + i) % 3)}`} /></div>)}
    </div>
  );
}
