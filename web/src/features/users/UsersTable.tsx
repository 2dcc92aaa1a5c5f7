import { memo, useCallback, useEffect, useMemo, useRef, useState, type RefObject } from 'react';
import type { User } from '../../api/client';
import { t } from '../../shared/i18n';
import { ROW_PX, useDensity } from '../../shared/preferences';
import { useRowWindow } from '../../shared/useRowWindow';
import { LEAD_WIDTH, MENU_WIDTH } from './columns';
import { specOf } from './columnsModel';
import { HeaderCell, type HeaderShared } from './HeaderCell';
import { DETAILS_PX } from './RowDetails';
import { pinnedAt, useCellSheet, useColumnLayout, useSideways, type LaidColumn } from './useColumnLayout';
import { useListKeys } from './useListKeys';
import { PAGE_ROWS } from './listQuery';
import type { UserPages } from './useUserPages';
import { UserRow, type RowHandlers } from './UserRow';

const HEAD_PX = 34;
/** Room for the selection bar below the last row. */
const FOOT_PX = 72;
/** Rows within which a page is asked for before it is in sight: at rest, and at most while one scrolls. */
const AHEAD = 60;
const AHEAD_MAX = 800;
/** So much of the way ahead is asked for, at the pace of the last moment. */
const AHEAD_MS = 400;
/** More rows at once are a jump, which is no pace: what lies between is not looked at. */
const JUMP = 500;
/** How much of its column a bar fills. */
const SHARE = [.6, .42, .74];

export interface ListProps {
  pages: UserPages;
  /** The answer takes so long that it is said. */
  late: boolean;
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

/** Tells which pages the list needs: those in sight, and those where one is scrolling to. */
export function useRange(first: number, last: number, total: number, onRange: ListProps['onRange']) {
  const was = useRef({ first: 0, at: 0 });
  useEffect(() => {
    const now = performance.now();
    const moved = first - was.current.first;
    const pace = now - was.current.at < AHEAD_MS ? Math.abs(moved) / Math.max(1, now - was.current.at) : 0;
    was.current = { first, at: now };
    const far = Math.abs(moved) > JUMP ? AHEAD : Math.min(AHEAD_MAX, Math.max(AHEAD, Math.round(pace * AHEAD_MS)));
    const from = Math.floor(Math.max(0, first - (moved < 0 ? far : AHEAD)) / PAGE_ROWS);
    const to = Math.floor(Math.min(Math.max(0, total - 1), last + (moved < 0 ? AHEAD : far)) / PAGE_ROWS);
    onRange(from, Math.max(from, to));
  }, [onRange, first, last, total]);
}

export function UsersTable(props: TableProps) {
  const { pages, late, queryKey, onRange, handlers, openId, menuId, busy, flashing, onPointer, choice, selectable, isSelected, expanded, onSelectPage } = props;
  const box = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(-1);
  const [dragged, setDragged] = useState<{ id: string; width: number } | null>(null);
  const layout = useColumnLayout(choice, dragged);
  const total = pages.total ?? 0;
  const [density] = useDensity();
  const rowPx = ROW_PX[density];

  const extra = useMemo(() => new Map([...expanded.values()].map((index) => [index, DETAILS_PX])), [expanded]);
  // Before the rows: it looks at the box, which after them would have to be laid out for the look alone.
  useCellSheet(layout);
  useSideways(box);
  const view = useRowWindow(box, { count: total, rowPx, extra, headPx: HEAD_PX, footPx: FOOT_PX, of: queryKey, overdrawn: true });
  useRange(view.first, view.last, total, onRange);
  const { toTop } = view;
  useEffect(() => {
    toTop();
    setActive(-1);
  }, [queryKey, toTop]);

  const keys = useListKeys({
    total, active, setActive, rowAt: pages.rowAt, handlers, scrollTo: view.scrollTo, detailsOpen: openId !== undefined,
    isExpanded: (id) => expanded.has(id), onSelectPage: () => { onSelectPage(true); }, selectable,
  });
  const activeUser = pages.rowAt(active);
  const bars = useMemo(() => skeleton(layout.columns), [layout.columns]);
  /** Whom a slot of the window showed last. */
  const drawn = useRef(new Map<number, User>());
  const shared = useRef(props);
  shared.current = props;
  const drag = useCallback((id: string, width: number) => { setDragged({ id, width }); }, []);
  const endDrag = useCallback(() => { setDragged(null); }, []);
  return (
    <div className={`tablewrap${pages.old ? ' old' : ''}${late ? ' late' : ''}`} ref={box} tabIndex={0} role="grid" aria-label={t('Users')} aria-rowcount={total + 1} aria-colcount={layout.columns.length + 2} aria-multiselectable={selectable || undefined}
      aria-busy={pages.fetching} aria-activedescendant={activeUser ? `row-${activeUser.id}` : undefined} onKeyDown={keys}
      onPointerEnter={() => { onPointer(true); }} onPointerLeave={() => { onPointer(false); }}>
      <div className="tbody" role="rowgroup" style={{ height: view.height, width: layout.width }}>
        <div role="row" aria-rowindex={1} className="thead" style={{ width: layout.width }}>
          <div role="columnheader" aria-colindex={1} className="th pin c-lead" style={pinnedAt(LEAD_WIDTH, 0)}>
            {selectable ? <SelectPage pages={pages} isSelected={isSelected} onSelectPage={onSelectPage} /> : <span className="vh">{t('More')}</span>}
          </div>
          <Heads columns={layout.columns} sort={props.sort} choice={choice} filter={props.filter} shared={shared} onDrag={drag} onDragEnd={endDrag} />
        </div>
        <div role="presentation" className="window" style={{ top: view.top, lineHeight: `${String(rowPx)}px`, ...{ '--bars': bars } }}>
          {view.rows.map(({ index, top, slot }) => {
            const user = pages.rowAt(index);
            if (user) drawn.current.set(slot, user);
            const shown = user ?? drawn.current.get(slot);
            if (!shown) return <div key={slot} aria-hidden className="tr sk" style={{ top, width: layout.width, height: rowPx }} />;
            return (
              <UserRow key={slot} user={shown} waiting={!user} columns={layout.columns} index={index} top={top} width={layout.width} rowPx={rowPx} handlers={handlers}
                active={index === active} opened={shown.id === openId} selected={isSelected(shown.id)} expanded={expanded.has(shown.id)} busy={busy.has(shown.id)} flashing={flashing.has(shown.id)}
                menuOpen={menuId === shown.id && Boolean(user)} selectable={selectable} />
            );
          })}
        </div>
      </div>
    </div>
  );
}

interface HeadsProps extends Pick<HeaderShared, 'sort' | 'choice' | 'filter' | 'onDrag' | 'onDragEnd'> {
  columns: readonly LaidColumn[];
  /** What a head calls, at the time it does: the heads are not drawn again while one scrolls. */
  shared: RefObject<TableProps>;
}

const Heads = memo(function Heads({ columns, sort, choice, filter, shared, onDrag, onDragEnd }: HeadsProps) {
  return (
    <>
      {columns.map(({ id, width, pin }, i) => (
        <HeaderCell key={id} id={id} header={specOf(id)?.header ?? id} index={i + 1} width={width} pin={pin} sort={sort} choice={choice} filter={filter} onDrag={onDrag} onDragEnd={onDragEnd}
          onSort={(next) => { shared.current.onSort(next); }} onChoice={(next) => { shared.current.onChoice(next); }} onFilter={(next) => { shared.current.onFilter(next); }} onFacet={(column) => { shared.current.onFacet(column); }} />
      ))}
      <div role="columnheader" aria-colindex={columns.length + 2} className="th pinr c-menu" style={{ width: MENU_WIDTH, minWidth: MENU_WIDTH }}><span className="vh">{t('Actions')}</span></div>
    </>
  );
});

function SelectPage({ pages, isSelected, onSelectPage }: Pick<ListProps, 'pages' | 'isSelected' | 'onSelectPage'>) {
  const chosen = pages.rows.filter((user) => isSelected(user.id)).length;
  const all = chosen > 0 && chosen === pages.rows.length;
  return (
    <input type="checkbox" className="ck" checked={all} aria-label={t('Select the loaded page')} data-tip={t('Select the loaded page')} ref={(box) => { if (box) box.indeterminate = chosen > 0 && !all; }}
      onChange={() => { onSelectPage(!all); }} />
  );
}

/** The bars of a row that is on its way, in the columns as they lie: one picture for all rows, where cells for each would take the time the rows need. */
function skeleton(columns: readonly LaidColumn[]): string {
  let left = LEAD_WIDTH;
  return columns.map(({ width }, i) => {
    const bar = `linear-gradient(var(--c-track), var(--c-track)) ${String(left + 8)}px 50% / ${String(Math.round((width - 16) * (SHARE[i % SHARE.length] ?? 1)))}px 10px no-repeat`;
    left += width;
    return bar;
  }).join();
}
