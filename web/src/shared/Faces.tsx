import { Button } from '@mantine/core';
import { t } from './i18n';
import { IconAlertCircle, IconLock, IconSearch, type Icon } from '@tabler/icons-react';
import { useEffect, useState, type ReactNode } from 'react';
import type { ApiError } from '../api/client';

const SKELETON_AFTER_MS = 150;

/** Nothing for a moment, then bars; so a quick answer does not flicker. */
export function LoadingFace({ what, children }: { what: string; children?: ReactNode }) {
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const timer = window.setTimeout(() => { setShown(true); }, SKELETON_AFTER_MS);
    return () => { window.clearTimeout(timer); };
  }, []);
  return (
    <div className="loading" role="status" aria-busy="true">
      <span className="vh">{t('Loading {what}', { what })}</span>
      {shown ? children ?? <Bars /> : null}
    </div>
  );
}

export function Bars({ rows = 8 }: { rows?: number }) {
  return (
    <div className="bars" aria-hidden>
      {Array.from({ length: rows }, (_, i) => <i key={i} className={`bar w${String(i % 3)}`} />)}
    </div>
  );
}

export function EmptyFace({ title, children, action, icon: Icon = IconSearch }: { title: string; children?: ReactNode; action?: ReactNode; icon?: Icon }) {
  return (
    <div className="face" role="status">
      <Icon size={26} stroke={1.4} aria-hidden />
      <h2>{title}</h2>
      {children ? <p>{children}</p> : null}
      {action}
    </div>
  );
}

/** The four lines of a failed load: what, why, that nothing changed, and when it is tried again. */
export function ErrorFace({ what, error, onRetry, retryInS }: { what: string; error: ApiError; onRetry: () => void; retryInS?: number | undefined }) {
  if (error.status === 403 || error.status === 404) {
    return (
      <div className="face" role="alert">
        <IconLock size={26} stroke={1.4} aria-hidden />
        <h2>{t('You cannot see this')}</h2>
        <p>{error.detail}</p>
      </div>
    );
  }
  const why = error.status === 0 ? t('The server cannot be reached.') : `${t('The server answered {status}.', { status: error.status })} ${error.detail}`;
  return (
    <div className="face" role="alert">
      <IconAlertCircle size={26} stroke={1.4} aria-hidden />
      <h2>{t('{what} could not be loaded', { what })}</h2>
      <p>
        {why} {t('Nothing was changed.')}{retryInS ? ` ${t('It is tried again in {n} s.', { n: retryInS })}` : null}
        {error.requestId ? <><br /><span className="mono">{t('Request')} {error.requestId}</span></> : null}
      </p>
      <Button variant="default" size="xs" onClick={onRetry}>{t('Try again now')}</Button>
    </div>
  );
}
