import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import { MfaCell } from '../../shared/MfaCell';
import { OrganizationCell } from '../../shared/OrganizationCell';
import { StatusBadge } from '../../shared/StatusBadge';
import { When } from '../../shared/When';
import { PAGE_ROWS } from './useUserPages';
import { Dots } from './UserRow';
import type { ListProps } from './UsersTable';

const CARD_PX = 81;

/** The list on a phone: the same pages, as cards. */
export function UserCards({ pages, queryKey, onRange, handlers, openId, menuId, busy, flashing }: ListProps) {
  const box = useRef<HTMLDivElement>(null);
  const cards = useVirtualizer({ count: pages.total ?? 0, getScrollElement: () => box.current, estimateSize: () => CARD_PX, overscan: 6 });
  const shown = cards.getVirtualItems();
  const first = Math.floor((shown[0]?.index ?? 0) / PAGE_ROWS);
  const last = Math.floor((shown.at(-1)?.index ?? 0) / PAGE_ROWS);
  useEffect(() => { onRange(first, last); }, [onRange, first, last]);
  useEffect(() => { box.current?.scrollTo({ top: 0 }); }, [queryKey]);
  return (
    <div className="cards" ref={box} tabIndex={0} role="region" aria-label="Users">
      <ul className="cardlist" style={{ height: cards.getTotalSize() }} aria-label="Users" aria-busy={pages.fetching}>
        {shown.map((item) => {
          const user = pages.rowAt(item.index);
          if (!user) return <li key={item.key} className="card" style={{ top: item.start }}><div className="cb"><i className="bar w1" /><i className="bar w2" /></div></li>;
          const name = user.display_name || user.username;
          return (
            <li key={user.id} className={user.id === openId ? 'card on' : 'card'} style={{ top: item.start }} aria-setsize={pages.total} aria-posinset={item.index + 1}>
              <div className="cb">
                <div className="c1">
                  <button type="button" className="cname" onClick={() => { handlers.current.open(user, item.index); }}><bdi>{name}</bdi></button>
                  <span className={flashing.has(user.id) ? 'flash' : ''}><StatusBadge status={user.status} cause={user.status_cause} /></span>
                </div>
                <div className="c2">{user.email || user.username}</div>
                <div className="c3">
                  <OrganizationCell name={user.organization.name} path={user.organization.path} />
                  <span className="grow" />
                  <MfaCell mfa={user.mfa} />
                  <When at={user.last_login_at} never="–" />
                </div>
              </div>
              <Dots user={user} busy={busy.has(user.id)} open={menuId === user.id} handlers={handlers} />
            </li>
          );
        })}
      </ul>
    </div>
  );
}
