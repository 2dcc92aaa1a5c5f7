import { IconCircleCheck, IconCircleX, IconClock, IconHandStop, IconLoader2, type Icon } from '@tabler/icons-react';
import type { Run } from '../../api/client';
import { count } from '../../shared/numbers';
import { When } from '../../shared/When';

export const RUN: Record<Run['state'], { word: string; icon: Icon; tone: string; tip: string }> = {
  queued: { word: 'Waiting', icon: IconClock, tone: 'mute', tip: 'Waits for its turn.' },
  running: { word: 'Reading', icon: IconLoader2, tone: 'accent', tip: 'The directory is being read.' },
  succeeded: { word: 'Read', icon: IconCircleCheck, tone: 'okt', tip: 'Read whole.' },
  failed: { word: 'Failed', icon: IconCircleX, tone: 'badt', tip: 'Not read whole. Nothing was removed.' },
  held: { word: 'Held', icon: IconHandStop, tone: 'warnt', tip: 'Read whole, but the removals wait for a decision.' },
};

function changes(run: Run): string {
  const parts: [number, string][] = [[run.added, 'added'], [run.changed, 'changed'], [run.removed, 'removed'], [run.held, 'held']];
  return parts.filter(([n]) => n > 0).map(([n, word]) => `${count(n)} ${word}`).join(', ') || 'no change';
}

export function RunLine({ run }: { run: Run }) {
  const { word, icon: Icon, tone, tip } = RUN[run.state];
  const underWay = run.state === 'queued' || run.state === 'running';
  const progress = run.expected ? `${count(run.read)} of about ${count(run.expected)}` : count(run.read);
  return (
    <li>
      <span className={`outcome ${tone}`} data-tip={tip}><Icon size={14} stroke={1.9} className={run.state === 'running' ? 'spin' : ''} aria-hidden />{word}</span>
      <span className="tn">{underWay ? progress : `${count(run.read)} users`}</span>
      <span className={run.error ? 'badt ell' : 'mute ell'} data-tip={run.error ?? undefined}>{run.error ?? (underWay ? '' : changes(run))}</span>
      <When at={run.finished_at ?? run.started_at ?? run.queued_at} />
    </li>
  );
}
