import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useRef, useState } from 'react';
import { ApiError, client, unwrap, type ActionResult, type User, type UserPage } from '../../api/client';
import { toastError, toastOutcome } from '../../shared/toasts';
import { t } from '../../shared/i18n';

const FLASH_MS = 1_600;

interface Parameters {
  parameters?: Record<string, unknown> | undefined;
  reason?: string;
  ticket?: string;
}

export interface RunAction {
  /** Runs, waits for the read-back, says how it ended. null when the call itself failed, which a toast says unless it is taken. */
  run: (action: string, user: User, more?: Parameters, onError?: (error: ApiError) => void) => Promise<ActionResult | null>;
  /** Users with an action under way. */
  busy: ReadonlySet<string>;
  /** Users changed a moment ago. */
  flashing: ReadonlySet<string>;
  /** Puts a user that was read back into all loaded lists, without moving its row. */
  put: (user: User) => void;
}

function replaceIn(page: UserPage | undefined, user: User): UserPage | undefined {
  if (!page?.items.some((item) => item.id === user.id)) return page;
  return { ...page, items: page.items.map((item) => (item.id === user.id ? user : item)) };
}

function without(set: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(set);
  next.delete(id);
  return next;
}

export function useRunAction(): RunAction {
  const queries = useQueryClient();
  const [busy, setBusy] = useState<ReadonlySet<string>>(new Set());
  const [flashing, setFlashing] = useState<ReadonlySet<string>>(new Set());
  const runRef = useRef<RunAction['run']>(() => Promise.resolve(null));

  const put = useCallback((user: User) => {
    queries.setQueriesData<UserPage>({ queryKey: ['users'] }, (page) => replaceIn(page, user));
    void queries.invalidateQueries({ queryKey: ['user', user.id] });
    void queries.invalidateQueries({ queryKey: ['facets'] });
    void queries.invalidateQueries({ queryKey: ['activity'] });
    setFlashing((ids) => new Set(ids).add(user.id));
    window.setTimeout(() => { setFlashing((ids) => without(ids, user.id)); }, FLASH_MS);
  }, [queries]);

  const run = useCallback<RunAction['run']>(async (action, user, more = {}, onError = toastError) => {
    setBusy((ids) => new Set(ids).add(user.id));
    try {
      const result = await unwrap(client.POST('/api/v1/users/{id}/actions/{action}', {
        params: { path: { id: user.id, action }, header: { 'Idempotency-Key': crypto.randomUUID() } },
        body: { ...more, parameters: more.parameters ?? {} },
      }));
      put(result.user);
      // What takes back an action of the connector's own is given what that one was given.
      const undo = result.undo ?? result.connector_undo;
      const back = result.undo ? {} : { parameters: more.parameters };
      const mayUndo = result.outcome === 'done' && undo;
      toastOutcome({
        outcome: result.outcome,
        text: result.detail,
        undo: mayUndo ? () => void runRef.current(undo, result.user, { ...back, reason: t('Undo') }) : undefined,
      });
      return result;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      onError(error);
      return null;
    } finally {
      setBusy((ids) => without(ids, user.id));
      void queries.invalidateQueries({ queryKey: ['user', user.id, 'actions'] });
    }
  }, [put, queries]);
  runRef.current = run;
  return { run, busy, flashing, put };
}
