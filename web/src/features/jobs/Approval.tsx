import { Button, TextInput } from '@mantine/core';
import { IconHourglass, IconShieldCheck } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { client, unwrap, type Job } from '../../api/client';
import { t } from '../../shared/i18n';
import { clock } from '../../shared/time';
import { toastError } from '../../shared/toasts';

/** The second person: what is waited for, or who agreed. Bound to the hash of the plan that is shown. */
export function Approval({ job }: { job: Job }) {
  const queries = useQueryClient();
  const { approval } = job;
  const [urgent, setUrgent] = useState(false);
  const [reason, setReason] = useState('');
  const settled = (next: Job) => {
    queries.setQueryData(['job', job.id], next);
    void queries.invalidateQueries({ queryKey: ['jobs'] });
  };
  const approve = useMutation({ mutationFn: () => unwrap(client.POST('/api/v1/jobs/{id}/approve', { params: { path: { id: job.id } }, body: { hash: job.plan_hash } })), onSuccess: settled, onError: toastError });
  const override = useMutation({ mutationFn: () => unwrap(client.POST('/api/v1/jobs/{id}/override', { params: { path: { id: job.id } }, body: { reason: reason.trim() } })), onSuccess: settled, onError: toastError });
  const review = useMutation({ mutationFn: () => unwrap(client.POST('/api/v1/jobs/{id}/review', { params: { path: { id: job.id } } })), onSuccess: settled, onError: toastError });
  if (approval.by) return <p className="jdetail mute"><IconShieldCheck size={14} aria-hidden />{t('Approved by {name}.', { name: approval.by })}</p>;
  if (approval.override) {
    return (
      <div className="held" role="group" aria-label={t('Approval')}>
        <p><IconHourglass size={15} aria-hidden />{t('It ran without approval: {why}', { why: approval.override })} {approval.reviewed_by ? t('Looked at by {name}.', { name: approval.reviewed_by }) : t('Nobody else has looked at it yet.')}</p>
        {!approval.reviewed_by && job.may_approve ? <div className="dfoot"><Button size="xs" variant="default" loading={review.isPending} onClick={() => { review.mutate(); }}>{t('I have looked at it')}</Button></div> : null}
      </div>
    );
  }
  if (job.state !== 'awaiting_approval') return null;
  return (
    <div className="held" role="group" aria-label={t('Approval')}>
      <p><IconHourglass size={15} aria-hidden /><b>{t('Waits for a second person.')}</b> {approval.until ? t('Valid until {time}.', { time: clock(approval.until) }) : ''}</p>
      {urgent ? <TextInput size="xs" label={t('Why it cannot wait')} value={reason} maxLength={500} data-autofocus onChange={(event) => { setReason(event.target.value); }} /> : null}
      <div className="dfoot">
        {job.may_steer && !urgent ? <Button size="xs" variant="default" onClick={() => { setUrgent(true); }}>{t('It cannot wait …')}</Button> : null}
        {urgent ? <Button size="xs" className="danger" disabled={!reason.trim()} loading={override.isPending} onClick={() => { override.mutate(); }}>{t('Run without approval')}</Button> : null}
        {job.may_approve ? <Button size="xs" loading={approve.isPending} onClick={() => { approve.mutate(); }}>{t('Approve')}</Button> : null}
      </div>
    </div>
  );
}
