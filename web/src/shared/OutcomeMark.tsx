import { IconBan, IconCircleCheck, IconCircleDot, IconCircleMinus, IconCircleX, IconClock, IconHandStop, IconHelpCircle, type Icon } from '@tabler/icons-react';
import type { ItemOutcome, Outcome } from '../api/client';
import { t } from './i18n';

export const OUTCOME: Record<Outcome, { word: string; icon: Icon; tone: string; tip: string }> = {
  failed: { word: t('Failed'), icon: IconCircleX, tone: 'badt', tip: t('The directory refused or could not be reached.') },
  unknown: { word: t('Unknown'), icon: IconHelpCircle, tone: 'warnt', tip: t('It may or may not have changed.') },
  skipped: { word: t('Skipped'), icon: IconCircleMinus, tone: 'mute', tip: t('Nothing was tried; the reason is beside it.') },
  already_so: { word: t('Already so'), icon: IconCircleDot, tone: 'okt', tip: t('It was already in the wanted state.') },
  done: { word: t('Done'), icon: IconCircleCheck, tone: 'okt', tip: t('Changed, and read back.') },
  refused: { word: t('Refused'), icon: IconHandStop, tone: 'badt', tip: t('The server did not allow it.') },
  cancelled: { word: t('Cancelled'), icon: IconBan, tone: 'mute', tip: t('Cancelled before it ran.') },
};

export function isOutcome(value: string | undefined): value is Outcome {
  return value !== undefined && value in OUTCOME;
}

/** How an item of a job stands. */
export const ITEM_OUTCOME: Record<ItemOutcome, (typeof OUTCOME)[Outcome]> = {
  done: OUTCOME.done,
  already_so: OUTCOME.already_so,
  skipped: OUTCOME.skipped,
  failed: OUTCOME.failed,
  unknown: OUTCOME.unknown,
  cancelled: OUTCOME.cancelled,
  pending: { word: t('Waiting'), icon: IconClock, tone: 'mute', tip: t('Waits for its turn.') },
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
