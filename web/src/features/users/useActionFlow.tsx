import { useQuery, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { ApiError, type ActionName, type ConnectorAction, type User } from '../../api/client';
import { isActionName } from '../../shared/actionWords';
import { GrantForm } from '../../shared/GrantForm';
import { toastError } from '../../shared/toasts';
import { rolesQuery } from '../../shared/useRoles';
import { ActionDialog } from './ActionDialog';
import { ACTIONS, possibility } from './actions';
import { SecretDialog } from './SecretDialog';
import { possibilitiesOf } from './useEligibility';
import { useRunAction } from './useRunAction';

const OwnAction = lazy(() => import('./OwnAction').then((file) => ({ default: file.OwnAction })));

export type ActionFlow = ReturnType<typeof useActionFlow>;

/** From a chosen action to its end: at once, by a dialog, or in the form of the details. */
export function useActionFlow(openDetails: (id: string) => void) {
  const { run, busy, flashing, put } = useRunAction();
  const queries = useQueryClient();
  const [asked, setAsked] = useState<{ action: ActionName; user: User; reasonWanted?: boolean } | null>(null);
  const [own, setOwn] = useState<{ action: ConnectorAction; user: User } | null>(null);
  const [refused, setRefused] = useState<ApiError | null>(null);
  const [secret, setSecret] = useState<{ user: User; text: string } | null>(null);
  const [granting, setGranting] = useState<User | null>(null);
  const [editing, setEditing] = useState<string | null>(null);

  const roles = useQuery({ ...rolesQuery, enabled: granting !== null });

  /** The organization's policy may want a reason with it: then it is asked for, and nothing was done. */
  const orReason = (action: ActionName, user: User) => (error: ApiError) => {
    if (error.pointer === '/reason') setAsked({ action, user, reasonWanted: true });
    else toastError(error);
  };
  const begin = async (action: ActionName, user: User) => {
    const known = await queries.fetchQuery(possibilitiesOf(user.id)).catch(() => undefined);
    if (known && !possibility(action, known.items).allowed) return;
    const { needs } = ACTIONS[action];
    if (needs === 'form') { setEditing(user.id); openDetails(user.id); }
    else if (needs === 'role') setGranting(user);
    else if (needs === 'now') await run(action, user, {}, orReason(action, user));
    else setAsked({ action, user });
  };
  /** What only the user's connector knows cannot be asked for before the server has told it. */
  const beginOwn = async (name: string, user: User) => {
    try {
      const known = await queries.fetchQuery(possibilitiesOf(user.id));
      const action = known.connector_actions?.find((one) => one.action === name);
      setRefused(null);
      if (action?.allowed) setOwn({ action, user });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      toastError(error);
    }
  };
  const dialogs = (
    <>
      {asked ? (
        <ActionDialog action={asked.action} user={asked.user} reasonWanted={asked.reasonWanted} busy={busy.has(asked.user.id)} onCancel={() => { setAsked(null); }}
          onConfirm={(more) => {
            void run(asked.action, asked.user, more, orReason(asked.action, asked.user)).then((result) => {
              if (result) setAsked(null);
              if (result?.secret) setSecret({ user: result.user, text: result.secret });
            });
          }} />
      ) : null}
      <Suspense>
        {own ? (
          <OwnAction action={own.action} on={own.user.username} about={<><bdi>{own.user.display_name}</bdi>, <bdi>{own.user.organization.name}</bdi></>} reasoned
            phrase={own.action.risk === 'high' ? own.user.email || own.user.username : null} busy={busy.has(own.user.id)} failure={refused} onCancel={() => { setOwn(null); }}
            onSubmit={(wish) => {
              setRefused(null);
              void run(own.action.action, own.user, wish, setRefused).then((result) => {
                if (result) setOwn(null);
                if (result?.secret) setSecret({ user: result.user, text: result.secret });
              });
            }} />
        ) : null}
      </Suspense>
      {granting ? <GrantForm roles={roles.data?.items ?? []} user={granting} onClose={() => { setGranting(null); }} /> : null}
      {secret ? <SecretDialog user={secret.user} secret={secret.text} onClose={() => { setSecret(null); }} /> : null}
    </>
  );
  return { start: (action: string, user: User) => void (isActionName(action) ? begin(action, user) : beginOwn(action, user)), busy, flashing, put, dialogs, editing, setEditing };
}
