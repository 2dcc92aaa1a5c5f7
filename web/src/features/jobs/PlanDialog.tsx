import { ActionIcon, Button, Modal, TextInput } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { client, unwrap, type Plan, type PlanItem } from '../../api/client';
import { bulkTitle, bulkWord, isDestructive } from '../../shared/bulkWords';
import { ErrorFace, LoadingFace } from '../../shared/Faces';
import { t } from '../../shared/i18n';
import { count, plural } from '../../shared/numbers';
import { clock } from '../../shared/time';
import { matches, phraseOf, REASON_LATER_MAX, sameUsers } from './planModel';
import { PlanRows, type PlanTab } from './PlanRows';
import { PlanSide } from './PlanSide';
import { useLargePart } from './useLargePart';

/** The preview of an action on many users. Closing it changes nothing. */
export function PlanDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const plan = useQuery({ queryKey: ['plan', id], queryFn: ({ signal }) => unwrap(client.GET('/api/v1/plans/{id}', { params: { path: { id } }, signal })), refetchOnWindowFocus: false });
  const title = plan.data ? bulkTitle(plan.data, plan.data.counts.change) : t('Preview');
  return (
    <Modal opened onClose={onClose} size={1120} padding={0} withCloseButton={false} closeOnClickOutside={false} className="planm" yOffset={40} attributes={{ content: { 'aria-label': `${title}: ${t('Preview')}` } }}>
      {plan.data ? <Preview plan={plan.data} onClose={onClose} /> : (
        <>
          <header className="plhead"><h2>{title}</h2><Close onClose={onClose} /></header>
          {plan.error ? <ErrorFace what={t('The preview')} error={plan.error} onRetry={() => void plan.refetch()} /> : <LoadingFace what={t('Preview')} />}
        </>
      )}
    </Modal>
  );
}

function Close({ onClose }: { onClose: () => void }) {
  return <ActionIcon variant="subtle" size={28} className="qi" aria-label={t('Close without changes')} onClick={onClose}><IconX size={18} /></ActionIcon>;
}

function Preview({ plan, onClose }: { plan: Plan; onClose: () => void }) {
  const { change, already_so: same, not_allowed: no } = plan.counts;
  const [tab, setTab] = useState<PlanTab>(change > 0 ? 'change' : same > 0 ? 'already_so' : no > 0 ? 'not_allowed' : 'change');
  return (
    <>
      <header className="plhead">
        <div>
          <h2>{bulkWord(plan.action, plan.words)}: {plural(change, 'user')} {plan.organizations > 0 ? t('in {organizations}', { organizations: plural(plan.organizations, 'organization') }) : ''}</h2>
          <p className="mute">{plan.job_id ? t('This plan was confirmed.') : t('Nothing has changed yet. What you confirm is exactly what runs, or less.')}</p>
        </div>
        <Close onClose={onClose} />
      </header>
      <div className="plbody">
        <PlanSide plan={plan} tab={tab} onTab={setTab} />
        <PlanRows plan={plan} tab={tab} />
      </div>
      <Foot plan={plan} onClose={onClose} />
    </>
  );
}

async function allChanging(plan: string, total: number): Promise<PlanItem[]> {
  const items: PlanItem[] = [];
  while (items.length < total) {
    const page = await unwrap(client.GET('/api/v1/plans/{id}/items', { params: { path: { id: plan }, query: { verdict: 'change', offset: items.length, limit: 500 } } }));
    if (page.items.length === 0) break;
    items.push(...page.items);
  }
  return items;
}

/** Confirms; a reason that was typed here makes the plan again, and it must be the same. Otherwise the new one is shown. */
function useConfirm(plan: Plan, reason: string, ticket: string) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const show = (change: { plan?: string | undefined; job?: string | undefined }) => { void navigate({ to: '.', search: (s) => ({ ...s, ...change }), replace: true }); };
  return useMutation({
    mutationFn: async () => {
      let sealed = plan;
      // An undo is what the server made of the state before: another plan would not be one.
      if (plan.undoes === null && (reason !== (plan.reason ?? '').trim() || ticket !== (plan.ticket ?? '').trim())) {
        const before = await allChanging(plan.id, plan.counts.change);
        sealed = await unwrap(client.POST('/api/v1/plans', {
          body: { action: plan.action, parameters: plan.parameters, selection: { ids: before.map((item) => item.user_id) }, ...(reason ? { reason } : {}), ...(ticket ? { ticket } : {}) },
        }));
        if (!sameUsers(before, await allChanging(sealed.id, sealed.counts.change))) return { sealed, job: null };
      }
      return { sealed, job: await unwrap(client.POST('/api/v1/plans/{id}/confirm', { params: { path: { id: sealed.id }, header: { 'Idempotency-Key': sealed.hash.slice(0, 64) } }, body: { hash: sealed.hash } })) };
    },
    onSuccess: ({ sealed, job }) => {
      if (!job) { show({ plan: sealed.id }); return; }
      for (const key of ['jobs', 'activity']) void queries.invalidateQueries({ queryKey: [key] });
      show({ plan: undefined, job: job.id });
    },
  });
}

function Foot({ plan, onClose }: { plan: Plan; onClose: () => void }) {
  const navigate = useNavigate();
  const [reason, setReason] = useState(plan.reason ?? '');
  const [ticket, setTicket] = useState(plan.ticket ?? '');
  const [typed, setTyped] = useState('');
  const confirm = useConfirm(plan, reason.trim(), ticket.trim());
  const { change } = plan.counts;
  const large = useLargePart(plan);
  const phrase = phraseOf(plan, large ?? false);
  const expired = plan.expires_at !== null && Date.parse(plan.expires_at) < Date.now();
  const ready = large !== undefined && change > 0 && !expired && plan.job_id === null && matches(typed, phrase);
  const verb = `${bulkWord(plan.action, plan.words)} ${count(change)}`;
  const changed = confirm.data?.job === null;
  return (
    <form className="plfoot" onSubmit={(event) => { event.preventDefault(); if (ready && !confirm.isPending) confirm.mutate(); }}>
      {change <= REASON_LATER_MAX && plan.undoes === null ? (
        <div className="plreason">
          <TextInput size="xs" label={t('Reason')} placeholder={t('Kept in the activity trail')} value={reason} maxLength={500} onChange={(event) => { setReason(event.target.value); }} />
          <TextInput size="xs" label={t('Ticket')} value={ticket} maxLength={100} onChange={(event) => { setTicket(event.target.value); }} />
        </div>
      ) : null}
      <span className="grow plsays" role="status">
        {expired && plan.expires_at ? <span className="warnt">{t('This plan expired at {time}. Nothing ran. Make it again to see today’s state.', { time: clock(plan.expires_at) })}</span> : null}
        {changed ? <span className="warnt">{t('Something changed since the preview. Nothing ran. Look at it again.')}</span> : null}
        {confirm.error ? <span className="badt">{confirm.error.detail}</span> : null}
        {change === 0 ? <span className="mute">{t('There is nothing to change.')}</span> : null}
      </span>
      {phrase && plan.job_id === null ? (
        <TextInput size="xs" className="plconfirm" data-autofocus autoComplete="off" spellCheck={false} value={typed} onChange={(event) => { setTyped(event.target.value); }}
          label={<>{t('To confirm, type')} <code>{phrase}</code></>} />
      ) : null}
      <Button size="xs" variant="default" onClick={onClose}>{t('Cancel')}</Button>
      {plan.job_id ? <Button size="xs" onClick={() => { void navigate({ to: '.', search: (s) => ({ ...s, plan: undefined, job: plan.job_id ?? undefined }), replace: true }); }}>{t('Show the job')}</Button> : (
        <Button size="xs" type="submit" className={isDestructive(plan.action) ? 'danger' : ''} disabled={!ready} loading={confirm.isPending} {...(phrase ? {} : { 'data-autofocus': true })}>{verb}</Button>
      )}
    </form>
  );
}
