import {
  IconBan, IconCircleCheck, IconCircleX, IconClockPause, IconHelpCircle, IconHourglass, IconPlayerPause, IconProgress, type Icon,
} from '@tabler/icons-react';
import type { ItemOutcome, Job, JobOutcomes, JobState } from '../../api/client';
import { t } from '../../shared/i18n';
import { count } from '../../shared/numbers';

export const JOB_STATE: Record<JobState, { word: string; icon: Icon; tone: string }> = {
  awaiting_approval: { word: t('Waits for approval'), icon: IconHourglass, tone: 'warnt' },
  scheduled: { word: t('Scheduled'), icon: IconClockPause, tone: 'mute' },
  running: { word: t('Running'), icon: IconProgress, tone: 'accent' },
  paused: { word: t('Paused'), icon: IconPlayerPause, tone: 'warnt' },
  finished: { word: t('Finished'), icon: IconCircleCheck, tone: 'ink2' },
  cancelled: { word: t('Cancelled'), icon: IconBan, tone: 'mute' },
};

/** Failures first: what needs a person stands on top. */
export const OUTCOME_ORDER: readonly ItemOutcome[] = ['failed', 'unknown', 'pending', 'skipped', 'already_so', 'done', 'cancelled'];

export function settledOf(outcomes: JobOutcomes, total: number): number {
  return total - outcomes.pending;
}

/** "2 failed, 1 unknown", or nothing. */
export function troubleOf({ failed, unknown }: JobOutcomes): string {
  return [failed > 0 ? t('{n} failed', { n: count(failed) }) : '', unknown > 0 ? t('{n} unknown', { n: count(unknown) }) : ''].filter(Boolean).join(', ');
}

/** How a job stands, in one line. A job with a failed item is never shown as well. */
export function standOf(job: Job): { words: string; icon: Icon; tone: string } {
  const { outcomes, state } = job;
  const trouble = troubleOf(outcomes);
  const look = JOB_STATE[state];
  if (state === 'finished') {
    if (trouble) return { words: t('Finished with {trouble}', { trouble }), ...(outcomes.failed > 0 ? { icon: IconCircleX, tone: 'badt' } : { icon: IconHelpCircle, tone: 'warnt' }) };
    const parts = [
      outcomes.done > 0 ? t('{n} done', { n: count(outcomes.done) }) : '', outcomes.already_so > 0 ? t('{n} already so', { n: count(outcomes.already_so) }) : '',
      outcomes.skipped > 0 ? t('{n} skipped', { n: count(outcomes.skipped) }) : '', outcomes.cancelled > 0 ? t('{n} cancelled', { n: count(outcomes.cancelled) }) : '',
    ].filter(Boolean).join(', ');
    return { words: parts ? t('Finished. {parts}', { parts }) : look.word, icon: look.icon, tone: look.tone };
  }
  return { words: trouble ? `${look.word}, ${trouble}` : look.word, icon: look.icon, tone: trouble ? 'badt' : look.tone };
}

export interface Place {
  outcome: ItemOutcome;
  offset: number;
}

/** Where in which outcome the row stands, when outcomes follow each other in their order. */
export function placeOf(index: number, outcomes: JobOutcomes): Place | null {
  let before = 0;
  for (const outcome of OUTCOME_ORDER) {
    const n = outcomes[outcome];
    if (index < before + n) return { outcome, offset: index - before };
    before += n;
  }
  return null;
}

/** Seconds left, from how many were settled since it started; null before that says anything. */
export function secondsLeft(job: Job, now = Date.now()): number | null {
  const settled = settledOf(job.outcomes, job.total);
  const started = job.start_at ?? job.created_at;
  if (job.state !== 'running' || settled < 3 || !started) return null;
  const gone = (now - Date.parse(started)) / 1000;
  return gone > 0.5 ? Math.ceil((gone / settled) * job.outcomes.pending) : null;
}
