import { FlexRender, type Cell } from '@tanstack/react-table';
import { IconDots, IconLoader2 } from '@tabler/icons-react';
import { memo, type RefObject } from 'react';
import type { ActionName, User } from '../../api/client';
import type { features } from './columns';
import { RowMenu } from './RowMenu';

export interface RowHandlers {
  open: (user: User, index: number) => void;
  menu: (id: string | null) => void;
  action: (action: ActionName, user: User) => void;
}

interface Props {
  user: User;
  cells: Cell<typeof features, User>[];
  index: number;
  top: number;
  width: number;
  /** Left edges of the pinned columns. */
  pins: Readonly<Record<string, number>>;
  active: boolean;
  opened: boolean;
  busy: boolean;
  flashing: boolean;
  menuOpen: boolean;
  handlers: RefObject<RowHandlers>;
}

function rowClass({ user, active, opened, menuOpen }: Props): string {
  return ['tr', active ? 'act' : '', opened ? 'on' : '', menuOpen ? 'hot' : '', user.status === 'DELETED' ? 'del' : ''].filter(Boolean).join(' ');
}

export const UserRow = memo(function UserRow(props: Props) {
  const { user, cells, index, top, width, pins, opened, busy, flashing, menuOpen, handlers } = props;
  return (
    <div role="row" id={`row-${user.id}`} aria-rowindex={index + 2} aria-selected={opened} className={rowClass(props)} style={{ top, width }}
      onClick={() => { handlers.current.open(user, index); }}>
      {cells.map((cell, i) => {
        const { id } = cell.column;
        const pin = pins[id];
        const size = cell.column.getSize();
        if (id === 'menu') {
          return (
            <div key={id} role="gridcell" aria-colindex={i + 1} className="td pinr c-menu" style={{ width: size, minWidth: size }} onClick={(event) => { event.stopPropagation(); }}>
              <Dots user={user} busy={busy} open={menuOpen} handlers={handlers} />
            </div>
          );
        }
        return (
          <div key={id} role="gridcell" aria-colindex={i + 1} className={`td c-${id}${pin === undefined ? '' : ' pin'}${flashing && id === 'status' ? ' flash' : ''}`}
            style={{ width: size, minWidth: size, ...(pin === undefined ? {} : { left: pin }) }}>
            <FlexRender cell={cell} />
          </div>
        );
      })}
    </div>
  );
});

interface DotsProps {
  user: User;
  busy: boolean;
  open: boolean;
  handlers: RefObject<RowHandlers>;
}

/** The menu exists only in the row whose dots were pressed. */
export function Dots({ user, busy, open, handlers }: DotsProps) {
  const button = (
    <button type="button" className="dots" id={`dots-${user.id}`} tabIndex={-1} aria-haspopup="menu" aria-expanded={open} aria-label={`Actions for ${user.username}`}
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
