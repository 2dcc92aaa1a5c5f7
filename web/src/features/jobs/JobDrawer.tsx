import { ActionIcon, Button, Drawer } from '@mantine/core';
import { IconArrowBackUp, IconDownload, IconPlayerPause, IconPlayerPlay, IconPlayerStop, IconRefresh, IconX } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { client, unwrap, type Job } from '../../api/client';
import { bulkTitle } from '../../shared/bulkWords';
import { ErrorFace, LoadingFace } from '../../shared/Faces';
import { t } from '../../shared/i18n';
import { count } from '../../shared/numbers';
import { ITEM_OUTCOME } from '../../shared/OutcomeMark';
import { whyOf } from '../../shared/reason';
import { clock } from '../../shared/time';
import { toastError } from '../../shared/toasts';
import { Approval } from './Approval';
import { JobBar } from './JobBar';
import { JobItems } from './JobItems';
import { OUTCOME_ORDER, secondsLeft, settledOf, standOf, troubleOf } from './jobModel';
import { duration } from './planModel';

const POLL_MS = 1_000;

/** A job beside the page, which stays usable. Closing it does not stop the job. */
export function JobDrawer({ id, onClose }: { id: string; onClose: () => void }) {
  const queries = useQueryClient();
  const job = useQuery({
    queryKey: ['job', id],
    queryFn: ({ signal }) => unwrap(client.GET('/api/v1/jobs/{id}', { params: { path: { id } }, signal })),
    refetchInterval: (query) => (query.state.data?.state === 'running' || query.state.error ? POLL_MS : false),
  });
  const state = job.data?.state;
  const was = useRef(state);
  useEffect(() => {
    if (was.current === 'running' && state !== 'running') for (const key of ['users', 'user', 'facets', 'activity', 'organizations']) void queries.invalidateQueries({ queryKey: [key] });
    was.current = state;
  }, [state, queries]);
  const title = job.data ? bulkTitle(job.data, job.data.total) : t('Job');
  return (
    <Drawer opened onClose={onClose} position="right" size={560} padding={0} withCloseButton={false} withOverlay={false} trapFocus={false} closeOnClickOutside={false} className="userd jobd"
      attributes={{ content: { 'aria-label': `${t('Job')}: ${title}` } }}>
      <header className="dhead">
        <div>
          <span className="eyebrow">{job.data ? <Eyebrow job={job.data} /> : null}</span>
          <h2>{title}</h2>
        </div>
        <ActionIcon variant="subtle" size={28} className="qi" aria-label={t('Close; the job goes on')} onClick={onClose}><IconX size={18} /></ActionIcon>
      </header>
      {job.data ? <Body job={job.data} /> : job.error ? <ErrorFace what={t('The job')} error={job.error} onRetry={() => void job.refetch()} /> : <LoadingFace what={t('the job')} />}
    </Drawer>
  );
}

function Eyebrow({ job }: { job: Job }) {
  const parts = [job.created_at ? t('started {time}', { time: clock(job.created_at) }) : '', t('by {name}', { name: job.created_by }), ...whyOf(job)].filter(Boolean);
  return <bdi>{parts.join(', ')}</bdi>;
}

function Body({ job }: { job: Job }) {
  const { outcomes, total } = job;
  const trouble = troubleOf(outcomes);
  const left = secondsLeft(job);
  const stand = standOf(job);
  const Icon = stand.icon;
  return (
    <>
      <div className="jprog">
        <div className="jline" aria-live="polite">
          <b>{t('{settled} of {total} settled', { settled: count(settledOf(outcomes, total)), total: count(total) })}</b>
          {trouble ? <span className="badt">{trouble}</span> : null}
          <span className="grow" />
          {left === null ? <span className={`outcome ${stand.tone}`}><Icon size={14} aria-hidden />{stand.words}</span> : <span className="mute">{t('{time} left', { time: duration(left) })}</span>}
        </div>
        <JobBar outcomes={outcomes} total={total} />
        <ul className="jleg">
          {OUTCOME_ORDER.filter((name) => outcomes[name] > 0).map((name) => {
            const { icon: Mark, word } = ITEM_OUTCOME[name];
            return <li key={name} className={`o-${name}`}><Mark size={14} stroke={1.9} aria-hidden /><b>{count(outcomes[name])}</b>{word}</li>;
          })}
        </ul>
        {job.detail ? <p className={job.state === 'paused' ? 'jdetail warnt' : 'jdetail mute'}>{job.detail}</p> : null}
        <Approval job={job} />
        <Steering job={job} />
      </div>
      <JobItems job={job} />
      <Undo job={job} />
    </>
  );
}

type Step = 'pause' | 'resume' | 'cancel' | 'retry';

function useSteer(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (step: Step) => {
      const params = { path: { id }, header: { 'Idempotency-Key': crypto.randomUUID() } };
      switch (step) {
        case 'pause': return unwrap(client.POST('/api/v1/jobs/{id}/pause', { params }));
        case 'resume': return unwrap(client.POST('/api/v1/jobs/{id}/resume', { params }));
        case 'cancel': return unwrap(client.POST('/api/v1/jobs/{id}/cancel', { params }));
        case 'retry': return unwrap(client.POST('/api/v1/jobs/{id}/retry', { params }));
      }
    },
    onSuccess: (job) => {
      queries.setQueryData(['job', id], job);
      void queries.invalidateQueries({ queryKey: ['jobs'] });
      void queries.invalidateQueries({ queryKey: ['job', id] });
    },
    onError: toastError,
  });
}

function Steering({ job }: { job: Job }) {
  const steer = useSteer(job.id);
  const { state, outcomes, may_steer: may } = job;
  const live = state === 'running' || state === 'paused' || state === 'scheduled' || state === 'awaiting_approval';
  const button = (step: Step, Icon: typeof IconX, words: string) => (
    <Button key={step} size="xs" variant="default" leftSection={<Icon size={14} />} loading={steer.isPending && steer.variables === step} onClick={() => { steer.mutate(step); }}>{words}</Button>
  );
  return (
    <div className="jact">
      {may && state === 'running' ? button('pause', IconPlayerPause, t('Pause')) : null}
      {may && state === 'paused' ? button('resume', IconPlayerPlay, t('Resume')) : null}
      {may && live ? button('cancel', IconPlayerStop, t('Cancel the rest')) : null}
      {may && outcomes.failed > 0 && state !== 'cancelled' ? button('retry', IconRefresh, t('Retry {n} failed', { n: count(outcomes.failed) })) : null}
      <span className="grow" />
      <a className="lk" href={`/api/v1/jobs/${job.id}/results`} download><IconDownload size={14} aria-hidden />CSV</a>
    </div>
  );
}

/** Undo is a plan of its own: it is previewed like any other. */
function Undo({ job }: { job: Job }) {
  const navigate = useNavigate();
  const undo = useMutation({
    mutationFn: () => unwrap(client.POST('/api/v1/jobs/{id}/undo', { params: { path: { id: job.id } } })),
    onSuccess: (plan) => { void navigate({ to: '.', search: (s) => ({ ...s, plan: plan.id, job: undefined }) }); },
    onError: toastError,
  });
  const { done } = job.outcomes;
  if (!job.undoable || done === 0) return null;
  return (
    <footer className="jfoot">
      <IconArrowBackUp size={16} aria-hidden />
      <span>{t('Undo makes a new plan from the state before. It leaves out whoever changed since.')}</span>
      <Button size="xs" variant="default" loading={undo.isPending} onClick={() => { undo.mutate(); }}>{t('Undo {n}', { n: count(done) })}</Button>
    </footer>
  );
}
