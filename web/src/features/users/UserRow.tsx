import { IconChevronRight, IconDots, IconLoader2 } from '@tabler/icons-react';
import { memo, useLayoutEffect, useRef, type MouseEvent, type RefObject } from 'react';
import type { User } from '../../api/client';
import { flat } from '../../shared/flat';
import { t } from '../../shared/i18n';
import { cellOf } from './columns';
import { RowDetails } from './RowDetails';
import { RowMenu } from './RowMenu';
import type { LaidColumn } from './useColumnLayout';

export interface RowHandlers {
  open: (user: User, index: number) => void;
  menu: (id: string | null) => void;
  action: (action: string, user: User) => void;
  /** Turns the selection of a row; with range, selects from the row turned before, or from the given one. */
  select: (user: User, index: number, range: boolean, from?: number) => void;
  expand: (user: User, index: number) => void;
}

interface Props {
  user: User;
  /** Its user is on the way: what the row showed last is hidden behind bars. */
  waiting: boolean;
  columns: readonly LaidColumn[];
  index: number;
  top: number;
  width: number;
  rowPx: number;
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

const Chevron = flat(IconChevronRight);
const Points = flat(IconDots);

function rowClass({ user, waiting, active, opened, selected, menuOpen }: Props): string {
  if (waiting) return 'tr sk';
  return ['tr', active ? 'act' : '', opened || selected ? 'on' : '', menuOpen ? 'hot' : '', user.status === 'DELETED' ? 'del' : ''].filter(Boolean).join(' ');
}

export const UserRow = memo(function UserRow(props: Props) {
  const { user, waiting, columns, index, top, width, rowPx, opened, selected, expanded, busy, flashing, menuOpen, selectable, handlers } = props;
  const row = useRef<HTMLDivElement>(null);
  // The row is drawn over with another user while one scrolls: the focus must not go along to them.
  const was = useRef(user.id);
  useLayoutEffect(() => {
    if (was.current !== user.id && row.current?.contains(document.activeElement)) row.current.closest<HTMLElement>('[role=grid]')?.focus();
    was.current = user.id;
  }, [user.id]);
  return (
    <>
      <div role="row" ref={row} id={waiting ? undefined : `row-${user.id}`} aria-hidden={waiting || undefined} aria-rowindex={index + 2} aria-selected={selected || opened} className={rowClass(props)} style={{ top, width, height: rowPx }}
        onClick={() => { handlers.current.open(user, index); }}>
        <div role="gridcell" aria-colindex={1} className="td pin c-lead" onClick={(event) => { event.stopPropagation(); }}>
          {selectable ? <Check user={user} index={index} selected={selected} handlers={handlers} /> : null}
          <button type="button" tabIndex={-1} className={expanded ? 'xbtn o' : 'xbtn'} aria-label={t(expanded ? 'Close {name}' : 'Open {name}', { name: user.username })} aria-expanded={expanded}
            onClick={() => { handlers.current.expand(user, index); }}>
            <Chevron size={15} aria-hidden />
          </button>
        </div>
        {columns.map(({ id, pin, edge }, i) => {
          const { className, own, tip, time, body } = cellOf(id, user);
          return (
            <div key={id} role="gridcell" aria-colindex={i + 2} dir={own ? 'auto' : undefined} data-tip={time ? '' : tip} data-time={time}
              className={`td c-${id}${className ? ` ${className}` : ''}${pin === undefined ? '' : ' pin'}${edge ? ' lastpin' : ''}${flashing && id === 'status' ? ' flash' : ''}`}>
              {body}
            </div>
          );
        })}
        <div role="gridcell" aria-colindex={columns.length + 2} className="td pinr c-menu" onClick={(event) => { event.stopPropagation(); }}>
          <Dots user={user} busy={busy} open={menuOpen} handlers={handlers} />
        </div>
      </div>
      {expanded && !waiting ? <RowDetails key={user.id} user={user} top={top + rowPx} handlers={handlers} index={index} /> : null}
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
      {busy ? <IconLoader2 size={16} className="spin" aria-hidden /> : <Points size={17} aria-hidden />}
    </button>
  );
  if (!open) return button;
  return (
    <RowMenu user={user} opened onChange={(next) => { handlers.current.menu(next ? user.id : null); }} onAction={(action, on) => { handlers.current.action(action, on); }}>
      {button}
    </RowMenu>
  );
}
