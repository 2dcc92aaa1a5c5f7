import { IconBan, IconCircleCheck, IconCircleDot, IconCircleMinus, IconCircleX, IconHandStop, IconHelpCircle, type Icon } from '@tabler/icons-react';
import type { Outcome } from '../api/client';

export const OUTCOME: Record<Outcome, { word: string; icon: Icon; tone: string; tip: string }> = {
  failed: { word: 'Failed', icon: IconCircleX, tone: 'badt', tip: 'The directory refused or could not be reached.' },
  unknown: { word: 'Unknown', icon: IconHelpCircle, tone: 'warnt', tip: 'It may or may not have changed.' },
  skipped: { word: 'Skipped', icon: IconCircleMinus, tone: 'mute', tip: 'Nothing was tried; the reason is beside it.' },
  already_so: { word: 'Already so', icon: IconCircleDot, tone: 'okt', tip: 'It was already in the wanted state.' },
  done: { word: 'Done', icon: IconCircleCheck, tone: 'okt', tip: 'Changed, and read back.' },
  refused: { word: 'Refused', icon: IconHandStop, tone: 'badt', tip: 'The server did not allow it.' },
  cancelled: { word: 'Cancelled', icon: IconBan, tone: 'mute', tip: 'Cancelled before it ran.' },
};

export function OutcomeMark({ outcome }: { outcome: Outcome }) {
  const { icon: Icon, word, tone, tip } = OUTCOME[outcome];
  return (
    <span className={`outcome ${tone}`} data-tip={tip}>
      <Icon size={14} stroke={1.9} aria-hidden />
      {word}
    </span>
  );
}
