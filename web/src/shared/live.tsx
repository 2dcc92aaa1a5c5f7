import { useQueryClient } from '@tanstack/react-query';
import { createContext, useContext, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { listenToEvents, type EventName } from '../api/client';

interface Live {
  live: boolean;
  /** When events stopped, as an ISO time; null while they come. */
  since: string | null;
  /** Calls the listener when users changed on the server, until the returned function is called. */
  onUsersChanged: (listener: () => void) => () => void;
}

const LiveContext = createContext<Live>({ live: false, since: null, onUsersChanged: () => () => undefined });

const SETTLE_MS = 400;

/** Holds the one event stream and refreshes what it names, many events at once. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const queries = useQueryClient();
  const [state, setState] = useState<{ live: boolean; since: string | null }>({ live: false, since: null });
  const listeners = useRef(new Set<() => void>());

  useEffect(() => {
    const waiting = new Set<EventName>();
    let timer = 0;
    const settle = () => {
      timer = 0;
      if (waiting.has('resync')) void queries.invalidateQueries();
      if (waiting.has('users_changed')) for (const listener of listeners.current) listener();
      if (waiting.has('organizations_changed') || waiting.has('connection_changed') || waiting.has('users_changed') || waiting.has('run_progress')) {
        void queries.invalidateQueries({ queryKey: ['organizations'] });
        void queries.invalidateQueries({ queryKey: ['organization'] });
        void queries.invalidateQueries({ queryKey: ['completeness'] });
        void queries.invalidateQueries({ queryKey: ['runs'] });
      }
      if (waiting.has('activity')) void queries.invalidateQueries({ queryKey: ['activity'] });
      if (waiting.has('job_progress')) {
        void queries.invalidateQueries({ queryKey: ['jobs'] });
        void queries.invalidateQueries({ queryKey: ['job'] });
      }
      waiting.clear();
    };
    const stop = listenToEvents(
      (name) => {
        if (name === 'hello') return;
        waiting.add(name);
        timer ||= window.setTimeout(settle, SETTLE_MS);
      },
      (live) => { setState((was) => ({ live, since: live ? null : was.since ?? new Date().toISOString() })); },
    );
    return () => { stop(); window.clearTimeout(timer); };
  }, [queries]);

  const value = useMemo<Live>(() => ({
    ...state,
    onUsersChanged: (listener) => {
      listeners.current.add(listener);
      return () => { listeners.current.delete(listener); };
    },
  }), [state]);
  return <LiveContext value={value}>{children}</LiveContext>;
}

export function useLive(): Live {
  return useContext(LiveContext);
}
