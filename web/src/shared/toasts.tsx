import { Button } from '@mantine/core';
import { t } from './i18n';
import { notifications } from '@mantine/notifications';
import type { ReactNode, SyntheticEvent } from 'react';
import type { ApiError, Outcome } from '../api/client';
import { OUTCOME } from './OutcomeMark';

const UNDO_MS = 10_000;
const CALM_MS = 6_000;

interface Toast {
  outcome: Outcome;
  text: string;
  undo?: (() => void) | undefined;
}

/** Says how something ended. Failures and unknowns stay until they are closed. */
export function toastOutcome({ outcome, text, undo }: Toast) {
  const { icon: Icon, tone } = OUTCOME[outcome];
  const lasting = outcome === 'failed' || outcome === 'unknown';
  const id = notifications.show({
    message: <ToastBody text={text} undo={undo ? () => { notifications.hide(id); undo(); } : undefined} />,
    icon: <Icon size={18} stroke={1.9} aria-hidden />,
    className: `toast ${tone}`,
    autoClose: lasting ? false : undo ? UNDO_MS : CALM_MS,
    withBorder: true,
    closeButtonProps: { 'aria-label': t('Close') },
  });
}

export function toastError(error: ApiError) {
  const request = error.requestId ? ` ${t('Request {id}.', { id: error.requestId })}` : '';
  toastOutcome({ outcome: 'failed', text: `${error.detail}${request}` });
}

function stay(event: SyntheticEvent) {
  event.stopPropagation();
}

function ToastBody({ text, undo }: { text: ReactNode; undo?: (() => void) | undefined }) {
  return (
    // To answer it is not to turn away from the menu that is open.
    <span className="toastb" onMouseDown={stay} onTouchStart={stay}>
      <span>{text}</span>
      {undo ? <Button size="compact-xs" variant="default" onClick={undo}>{t('Undo')}</Button> : null}
    </span>
  );
}
