import { IconCircleCheck, IconCircleX, IconClock, IconHandStop, IconLoader2, type Icon } from '@tabler/icons-react';
import { t } from '../../shared/i18n';
import type { Run } from '../../api/client';
import { count, plural } from '../../shared/numbers';
import { When } from '../../shared/When';

export const RUN: Record<Run['state'], { word: string; icon: Icon; tone: string; tip: string }> = {
  queued: { word: t('Waiting'), icon: IconClock, tone: 'mute', tip: t('Waits for its turn.') },
  running: { word: t('Reading'), icon: IconLoader2, tone: 'accent', tip: t('The directory is being read.') },
  succeeded: { word: t('Read'), icon: IconCircleCheck, tone: 'okt', tip: t('Read whole.') },
  failed: { word: t('Failed'), icon: IconCircleX, tone: 'badt', tip: t('Not read whole. Nothing was removed.') },
  held: { word: t('Held'), icon: IconHandStop, tone: 'warnt', tip: t('Read whole, but the removals wait for a decision.') },
};

function changes(run: Run): string {
  const parts: [number, string][] = [[run.added, 'added'], [run.changed, 'changed'], [run.removed, 'removed'], [run.held, 'held']];
  return parts.filter(([n]) => n > 0).map(([n, word]) => `${count(n)} ${word}`).join(', ') || 'no change';
}

export function RunLine({ run }: { run: Run }) {
  const { word, icon: Icon, tone, tip } = RUN[run.state];
  const underWay = run.state === 'queued' || run.state === 'running';
  const progress = run.expected ? t('{n} of about {total}', { n: count(run.read), total: count(run.expected) }) : count(run.read);
  return (
    <li>
      <span className={`outcome ${tone}`} data-tip={tip}><Icon size={14} stroke={1.9} className={run.state === 'running' ? 'spin' : ''} aria-hidden />{word}</span>
      <span className="tn">{underWay ? progress : plural(run.read, 'user')}</span>
      <span className={run.error ? 'badt ell' : 'mute ell'} data-tip={run.error ?? undefined}>{run.error ?? (underWay ? '' : changes(run))}</span>
      <When at={run.finished_at ?? run.started_at ?? run.queued_at} />
    </li>
  );
}
