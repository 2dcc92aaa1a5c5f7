import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { client, unwrap, type ActionName, type User } from '../../api/client';
import { GrantForm } from '../../shared/GrantForm';
import { rolesQuery } from '../../shared/useRoles';
import { ActionDialog } from './ActionDialog';
import { ACTIONS, possibility } from './actions';
import { SecretDialog } from './SecretDialog';
import { useRunAction } from './useRunAction';

export type ActionFlow = ReturnType<typeof useActionFlow>;

/** From a chosen action to its end: at once, by a dialog, or in the form of the details. */
export function useActionFlow(openDetails: (id: string) => void) {
  const { run, busy, flashing, put } = useRunAction();
  const queries = useQueryClient();
  const [asked, setAsked] = useState<{ action: ActionName; user: User } | null>(null);
  const [secret, setSecret] = useState<{ user: User; text: string } | null>(null);
  const [granting, setGranting] = useState<User | null>(null);
  const [editing, setEditing] = useState<string | null>(null);

  const roles = useQuery({ ...rolesQuery, enabled: granting !== null });

  const start = async (action: ActionName, user: User) => {
    const eligibility = await queries.fetchQuery({
      queryKey: ['user', user.id, 'actions'],
      queryFn: async () => (await unwrap(client.GET('/api/v1/users/{id}/actions', { params: { path: { id: user.id } } }))).items,
      staleTime: 5_000,
    }).catch(() => undefined);
    if (eligibility && !possibility(action, eligibility).allowed) return;
    const { needs } = ACTIONS[action];
    if (needs === 'form') { setEditing(user.id); openDetails(user.id); }
    else if (needs === 'role') setGranting(user);
    else if (needs === 'now') await run(action, user);
    else setAsked({ action, user });
  };
  const dialogs = (
    <>
      {asked ? (
        <ActionDialog action={asked.action} user={asked.user} busy={busy.has(asked.user.id)} onCancel={() => { setAsked(null); }}
          onConfirm={(more) => {
            void run(asked.action, asked.user, more).then((result) => {
              if (result) setAsked(null);
              if (result?.secret) setSecret({ user: result.user, text: result.secret });
            });
          }} />
      ) : null}
      {granting ? <GrantForm roles={roles.data?.items ?? []} user={granting} onClose={() => { setGranting(null); }} /> : null}
      {secret ? <SecretDialog user={secret.user} secret={secret.text} onClose={() => { setSecret(null); }} /> : null}
    </>
  );
  return { start: (action: ActionName, user: User) => void start(action, user), busy, flashing, put, dialogs, editing, setEditing };
}
