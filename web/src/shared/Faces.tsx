import { Button } from '@mantine/core';
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
      <span className="vh">Loading {what}</span>
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
        <h2>You cannot see this</h2>
        <p>{error.detail}</p>
      </div>
    );
  }
  const why = error.status === 0 ? 'The server cannot be reached.' : `The server answered ${String(error.status)}. ${error.detail}`;
  return (
    <div className="face" role="alert">
      <IconAlertCircle size={26} stroke={1.4} aria-hidden />
      <h2>{what} could not be loaded</h2>
      <p>
        {why} Nothing was changed.{retryInS ? ` It is tried again in ${String(retryInS)} s.` : null}
        {error.requestId ? <><br /><span className="mono">Request {error.requestId}</span></> : null}
      </p>
      <Button variant="default" size="xs" onClick={onRetry}>Try again now</Button>
    </div>
  );
}
