import type { KeyboardEvent, RefObject } from 'react';
import type { ActionName, User } from '../../api/client';
import { useLetterKeys } from '../../shared/preferences';
import type { RowHandlers } from './UserRow';

interface Options {
  total: number;
  active: number;
  setActive: (index: number) => void;
  rowAt: (index: number) => User | undefined;
  handlers: RefObject<RowHandlers>;
  scrollTo: (index: number) => void;
  detailsOpen: boolean;
  isExpanded: (id: string) => boolean;
  onSelectPage: () => void;
  selectable: boolean;
}

const ACTION_KEY: Record<string, ActionName> = { u: 'unlock', s: 'suspend', r: 'reset_password', e: 'edit' };
const PAGE_STEP = 15;

function step(key: string, letters: boolean): number {
  if (key === 'ArrowDown' || (letters && key === 'j')) return 1;
  if (key === 'ArrowUp' || (letters && key === 'k')) return -1;
  if (key === 'PageDown') return PAGE_STEP;
  if (key === 'PageUp') return -PAGE_STEP;
  return 0;
}

/** The keys of the list. Letters act only on the active row, and only while the list itself has the focus. */
export function useListKeys({ total, active, setActive, rowAt, handlers, scrollTo, detailsOpen, isExpanded, onSelectPage, selectable }: Options) {
  const [letters] = useLetterKeys();
  const go = (index: number, range: boolean) => {
    const next = Math.max(0, Math.min(total - 1, index));
    const user = rowAt(next);
    if (range && selectable && user) handlers.current.select(user, next, true, Math.max(0, active));
    setActive(next);
    scrollTo(next);
    if (detailsOpen && user) handlers.current.open(user, next);
  };
  /** Keys of the list as a whole; true when it was one. */
  const listKey = (event: KeyboardEvent): boolean => {
    const by = step(event.key, letters);
    if (by !== 0) go(active + by, event.shiftKey && Math.abs(by) === 1);
    else if (event.key === 'Home') go(0, false);
    else if (event.key === 'End') go(total - 1, false);
    else return false;
    return true;
  };
  const rowKey = (event: KeyboardEvent, user: User): boolean => {
    const action = letters ? ACTION_KEY[event.key.toLowerCase()] : undefined;
    if (event.key === 'Enter') handlers.current.open(user, active);
    else if (event.key === ' ' || (letters && event.key.toLowerCase() === 'x')) { if (selectable) handlers.current.select(user, active, event.shiftKey); }
    else if (event.key === 'ArrowRight' || event.key === 'ArrowLeft') { if (isExpanded(user.id) === (event.key === 'ArrowLeft')) handlers.current.expand(user, active); }
    else if (event.key === '.') handlers.current.menu(user.id);
    else if (action) handlers.current.action(action, user);
    else return false;
    return true;
  };
  return (event: KeyboardEvent<HTMLElement>) => {
    if (event.target !== event.currentTarget || event.metaKey || event.altKey || total === 0) return;
    if (event.ctrlKey) {
      if (event.key.toLowerCase() === 'a' && selectable) { event.preventDefault(); onSelectPage(); }
      return;
    }
    const user = rowAt(active);
    if (listKey(event) || (user && rowKey(event, user))) event.preventDefault();
  };
}
