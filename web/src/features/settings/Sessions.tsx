import { Button } from '@mantine/core';
import { IconDeviceDesktop } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { client, unwrap } from '../../api/client';
import { ErrorFace, LoadingFace } from '../../shared/Faces';
import { t } from '../../shared/i18n';
import { toastError, toastOutcome } from '../../shared/toasts';
import { When } from '../../shared/When';
import { agentWords } from './agent';
import { Part } from './Part';

/** Where one is signed in. */
export function Sessions() {
  const queries = useQueryClient();
  const sessions = useQuery({ queryKey: ['sessions'], queryFn: ({ signal }) => unwrap(client.GET('/api/v1/me/sessions', { signal })) });
  const end = useMutation({
    mutationFn: (id: string | null) => id ? unwrap(client.DELETE('/api/v1/me/sessions/{id}', { params: { path: { id } } })) : unwrap(client.DELETE('/api/v1/me/sessions')),
    onSuccess: (_, id) => {
      void queries.invalidateQueries({ queryKey: ['sessions'] });
      toastOutcome({ outcome: 'done', text: id ? t('That session is ended.') : t('All your other sessions are ended.') });
    },
    onError: toastError,
  });
  const items = sessions.data?.items ?? [];
  const others = items.filter((one) => !one.current).length;
  return (
    <Part title={t('Sessions')} note={t('Where you are signed in. End what you do not know, and change your password.')}>
      {sessions.isPending ? <LoadingFace what={t('sessions')} /> : null}
      {sessions.error ? <ErrorFace what={t('The sessions')} error={sessions.error} onRetry={() => void sessions.refetch()} /> : null}
      {items.length > 0 ? (
        <ul className="setlist">
          {items.map((session) => (
            <li key={session.id}>
              <IconDeviceDesktop size={18} stroke={1.6} aria-hidden />
              <div>
                <b data-tip={session.user_agent ?? undefined}>{agentWords(session.user_agent)}</b>{session.current ? <span className="kind okt">{t('This one')}</span> : null}
                <p className="mute">{session.origin ? <span className="mono">{session.origin}</span> : t('Unknown address')}, {t('signed in')} <When at={session.created_at} />, {t('last used')} <When at={session.last_used_at} /></p>
              </div>
              {session.current ? null : <Button size="compact-xs" variant="default" aria-label={t('End the session of {name}', { name: agentWords(session.user_agent) })} disabled={end.isPending} onClick={() => { end.mutate(session.id); }}>{t('End')}</Button>}
            </li>
          ))}
        </ul>
      ) : null}
      {sessions.data ? <div><Button size="xs" variant="default" disabled={others === 0} loading={end.isPending} onClick={() => { end.mutate(null); }}>{t('End all others')}</Button>{others === 0 ? <span className="mute"> {t('There are no others.')}</span> : null}</div> : null}
    </Part>
  );
}
