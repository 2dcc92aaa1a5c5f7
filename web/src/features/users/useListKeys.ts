import type { KeyboardEvent, RefObject } from 'react';
import type { ActionName, User } from '../../api/client';
import type { RowHandlers } from './UserRow';

interface Options {
  total: number;
  active: number;
  setActive: (index: number) => void;
  rowAt: (index: number) => User | undefined;
  handlers: RefObject<RowHandlers>;
  scrollTo: (index: number) => void;
  detailsOpen: boolean;
}

const ACTION_KEY: Record<string, ActionName> = { u: 'unlock', s: 'suspend', r: 'reset_password', e: 'edit' };
const PAGE_STEP = 15;

function step(key: string): number {
  if (key === 'ArrowDown' || key === 'j') return 1;
  if (key === 'ArrowUp' || key === 'k') return -1;
  if (key === 'PageDown') return PAGE_STEP;
  if (key === 'PageUp') return -PAGE_STEP;
  return 0;
}

/** The keys of the list. Letters act only on the active row, and only while the list itself has the focus. */
export function useListKeys({ total, active, setActive, rowAt, handlers, scrollTo, detailsOpen }: Options) {
  const go = (index: number) => {
    const next = Math.max(0, Math.min(total - 1, index));
    setActive(next);
    scrollTo(next);
    const user = rowAt(next);
    if (detailsOpen && user) handlers.current.open(user, next);
  };
  return (event: KeyboardEvent<HTMLElement>) => {
    if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey || total === 0) return;
    const by = step(event.key);
    const user = rowAt(active);
    const action = ACTION_KEY[event.key.toLowerCase()];
    if (by !== 0) go(active + by);
    else if (event.key === 'Home') go(0);
    else if (event.key === 'End') go(total - 1);
    else if (!user) return;
    else if (event.key === 'Enter') handlers.current.open(user, active);
    else if (event.key === '.') handlers.current.menu(user.id);
    else if (action) handlers.current.action(action, user);
    else return;
    event.preventDefault();
  };
}
