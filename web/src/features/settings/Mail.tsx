import { Button } from '@mantine/core';
import { IconMail, IconMailX } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { client, unwrap, type MailState } from '../../api/client';
import { ErrorFace, LoadingFace } from '../../shared/Faces';
import { t } from '../../shared/i18n';
import { count } from '../../shared/numbers';
import { toastError, toastOutcome } from '../../shared/toasts';
import { Part } from './Part';

const WAY: Record<MailState['kind'], string> = { smtp: t('By a mail server (SMTP)'), spool: t('As files into a folder: no mail server is set'), none: t('Not at all') };
const ENCRYPTION: Record<string, string> = { none: t('Not encrypted'), starttls: 'STARTTLS', tls: 'TLS' };

/** How mail leaves the server, and a mail to try it. The way is set in the server's configuration. */
export function Mail() {
  const queries = useQueryClient();
  const mail = useQuery({ queryKey: ['mail'], queryFn: ({ signal }) => unwrap(client.GET('/api/v1/mail', { signal })) });
  const test = useMutation({
    mutationFn: () => unwrap(client.POST('/api/v1/mail/test')),
    onSuccess: ({ sent, to, detail }) => {
      void queries.invalidateQueries({ queryKey: ['mail'] });
      toastOutcome(sent ? { outcome: 'done', text: t('A mail to {to} was handed over.', { to }) } : { outcome: 'failed', text: detail });
    },
    onError: toastError,
  });
  if (mail.isPending) return <Part title={t('Mail')}><LoadingFace what={t('mail')} /></Part>;
  if (mail.error) return <Part title={t('Mail')}><ErrorFace what={t('The mail settings')} error={mail.error} onRetry={() => void mail.refetch()} /></Part>;
  const { kind, server, encryption, from, waiting, trouble } = mail.data;
  return (
    <Part title={t('Mail')} note={t('Invitations and links leave the server so. It is set by mail-server and mail-from in the server’s configuration.')}>
      <dl>
        <div className="fld"><dt>{t('How it leaves')}</dt><dd>{WAY[kind]}</dd></div>
        <div className="fld"><dt>{kind === 'spool' ? t('Folder') : t('Mail server')}</dt><dd className="mono wrapany">{server || '–'}</dd></div>
        {encryption ? <div className="fld"><dt>{t('Encryption')}</dt><dd>{ENCRYPTION[encryption] ?? encryption}</dd></div> : null}
        <div className="fld"><dt>{t('From')}</dt><dd>{from}</dd></div>
        <div className="fld"><dt>{t('Waiting')}</dt><dd className="tn">{count(waiting)}</dd></div>
      </dl>
      {trouble ? <p className="why-not badt" role="alert"><IconMailX size={15} aria-hidden /> {t('The last mail did not go: {why}', { why: trouble })}</p> : null}
      <div><Button size="xs" variant="default" leftSection={<IconMail size={15} />} loading={test.isPending} onClick={() => { test.mutate(); }}>{t('Send me a test mail')}</Button></div>
    </Part>
  );
}
