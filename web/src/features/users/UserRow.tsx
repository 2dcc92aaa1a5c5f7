import { FlexRender, type Cell } from '@tanstack/react-table';
import { IconChevronRight, IconDots, IconLoader2 } from '@tabler/icons-react';
import { memo, type MouseEvent, type RefObject } from 'react';
import type { ActionName, User } from '../../api/client';
import { t } from '../../shared/i18n';
import { LEAD_WIDTH, type features } from './columns';
import { RowDetails } from './RowDetails';
import { RowMenu } from './RowMenu';

export interface RowHandlers {
  open: (user: User, index: number) => void;
  menu: (id: string | null) => void;
  action: (action: ActionName, user: User) => void;
  /** Turns the selection of a row; with range, selects from the row turned before, or from the given one. */
  select: (user: User, index: number, range: boolean, from?: number) => void;
  expand: (user: User, index: number) => void;
}

interface Props {
  user: User;
  cells: Cell<typeof features, User>[];
  index: number;
  top: number;
  width: number;
  rowPx: number;
  /** Left edges of the pinned columns. */
  pins: Readonly<Record<string, number>>;
  lastPin: string;
  active: boolean;
  opened: boolean;
  selected: boolean;
  expanded: boolean;
  busy: boolean;
  flashing: boolean;
  menuOpen: boolean;
  /** Nothing can be selected by somebody who may not act on many. */
  selectable: boolean;
  handlers: RefObject<RowHandlers>;
}

function rowClass({ user, active, opened, selected, menuOpen }: Props): string {
  return ['tr', active ? 'act' : '', opened || selected ? 'on' : '', menuOpen ? 'hot' : '', user.status === 'DELETED' ? 'del' : ''].filter(Boolean).join(' ');
}

export const UserRow = memo(function UserRow(props: Props) {
  const { user, cells, index, top, width, rowPx, pins, lastPin, opened, selected, expanded, busy, flashing, menuOpen, selectable, handlers } = props;
  return (
    <>
      <div role="row" id={`row-${user.id}`} aria-rowindex={index + 2} aria-selected={selected || opened} className={rowClass(props)} style={{ top, width, height: rowPx }}
        onClick={() => { handlers.current.open(user, index); }}>
        <div role="gridcell" aria-colindex={1} className="td pin c-lead" style={{ width: LEAD_WIDTH, minWidth: LEAD_WIDTH, left: 0 }} onClick={(event) => { event.stopPropagation(); }}>
          {selectable ? <Check user={user} index={index} selected={selected} handlers={handlers} /> : null}
          <button type="button" tabIndex={-1} className={expanded ? 'xbtn o' : 'xbtn'} aria-label={t(expanded ? 'Close {name}' : 'Open {name}', { name: user.username })} aria-expanded={expanded}
            onClick={() => { handlers.current.expand(user, index); }}>
            <IconChevronRight size={15} aria-hidden />
          </button>
        </div>
        {cells.map((cell, i) => {
          const { id } = cell.column;
          const pin = pins[id];
          const size = cell.column.getSize();
          if (id === 'menu') {
            return (
              <div key={id} role="gridcell" aria-colindex={i + 2} className="td pinr c-menu" style={{ width: size, minWidth: size }} onClick={(event) => { event.stopPropagation(); }}>
                <Dots user={user} busy={busy} open={menuOpen} handlers={handlers} />
              </div>
            );
          }
          return (
            <div key={id} role="gridcell" aria-colindex={i + 2} className={`td c-${id}${pin === undefined ? '' : ' pin'}${id === lastPin ? ' lastpin' : ''}${flashing && id === 'status' ? ' flash' : ''}`}
              style={{ width: size, minWidth: size, ...(pin === undefined ? {} : { left: pin }) }}>
              <FlexRender cell={cell} />
            </div>
          );
        })}
      </div>
      {expanded ? <RowDetails user={user} top={top + rowPx} handlers={handlers} index={index} /> : null}
    </>
  );
});

/** A native checkbox: Shift selects from the one before. */
export function Check({ user, index, selected, handlers }: { user: User; index: number; selected: boolean; handlers: RefObject<RowHandlers> }) {
  const onClick = (event: MouseEvent) => {
    event.stopPropagation();
    handlers.current.select(user, index, event.shiftKey);
  };
  return <input type="checkbox" className="ck" tabIndex={-1} checked={selected} aria-label={t('Select {name}', { name: user.username })} onChange={() => undefined} onClick={onClick} />;
}

interface DotsProps {
  user: User;
  busy: boolean;
  open: boolean;
  handlers: RefObject<RowHandlers>;
}

/** The menu exists only in the row whose dots were pressed. */
export function Dots({ user, busy, open, handlers }: DotsProps) {
  const button = (
    <button type="button" className="dots" id={`dots-${user.id}`} tabIndex={-1} aria-haspopup="menu" aria-expanded={open} aria-label={t('Actions for {name}', { name: user.username })}
      aria-busy={busy} onClick={(event) => { event.stopPropagation(); handlers.current.menu(open ? null : user.id); }}>
      {busy ? <IconLoader2 size={16} className="spin" aria-hidden /> : <IconDots size={17} aria-hidden />}
    </button>
  );
  if (!open) return button;
  return (
    <RowMenu user={user} opened onChange={(next) => { handlers.current.menu(next ? user.id : null); }} onAction={(action, on) => { handlers.current.action(action, on); }}>
      {button}
    </RowMenu>
  );
}
