import { useEffect, useRef } from 'react';
import { t } from '../../shared/i18n';
import { MfaCell } from '../../shared/MfaCell';
import { OrganizationCell } from '../../shared/OrganizationCell';
import { StatusBadge } from '../../shared/StatusBadge';
import { When } from '../../shared/When';
import { useRowWindow } from '../../shared/useRowWindow';
import { Check, Dots } from './UserRow';
import { useRange, type ListProps } from './UsersTable';

const CARD_PX = 81;
const NONE: ReadonlyMap<number, number> = new Map();

/** The list on a phone: the same pages, as cards. */
export function UserCards({ pages, late, queryKey, onRange, handlers, openId, menuId, busy, flashing, selectable, isSelected }: ListProps) {
  const box = useRef<HTMLDivElement>(null);
  const view = useRowWindow(box, { count: pages.total ?? 0, rowPx: CARD_PX, extra: NONE, headPx: 0, footPx: 88, of: queryKey });
  useRange(view.first, view.last, pages.total ?? 0, onRange);
  const { toTop } = view;
  useEffect(() => { toTop(); }, [queryKey, toTop]);
  return (
    <div className={late && pages.old ? 'cards old' : 'cards'} ref={box} tabIndex={0} role="region" aria-label={t('Users')}>
      <ul className="cardlist" style={{ height: view.height }} aria-label={t('Users')} aria-busy={pages.fetching}>
        {view.rows.map((item) => {
          const user = pages.rowAt(item.index);
          if (!user) return <li key={`sk-${String(item.index)}`} className="card" style={{ top: view.top + item.top }}><div className="cb"><i className="bar w1" /><i className="bar w2" /></div></li>;
          const name = user.display_name || user.username;
          return (
            <li key={user.id} className={`card${user.id === openId || isSelected(user.id) ? ' on' : ''}${selectable ? ' sel' : ''}`} style={{ top: view.top + item.top }} aria-setsize={pages.total} aria-posinset={item.index + 1}>
              {selectable ? <Check user={user} index={item.index} selected={isSelected(user.id)} handlers={handlers} /> : null}
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
