import { Button, Progress } from '@mantine/core';
import { t } from '../../../shared/i18n';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { Connection } from '../../../api/client';
import { count, plural } from '../../../shared/numbers';
import { isUnderWay, useRuns } from '../ConnectionCard';
import { RunLine } from '../RunLine';

/** The first read with its progress. Closing this does not stop it. */
export function FirstRead({ connection, onClose }: { connection: Connection; onClose: () => void }) {
  const queries = useQueryClient();
  const runs = useRuns(connection.id);
  const run = runs.data?.items[0] ?? connection.first_run ?? undefined;
  const underWay = run ? isUnderWay(run) : true;
  useEffect(() => {
    if (underWay) return;
    for (const key of ['organizations', 'organization', 'users', 'completeness', 'facets']) void queries.invalidateQueries({ queryKey: [key] });
  }, [underWay, queries]);
  const share = run?.expected ? Math.min(100, (100 * run.read) / run.expected) : null;
  return (
    <div className="firstread">
      <p role="status">
        {run?.state === 'failed' ? t('The first read failed: {why}', { why: run.error ?? '' }) : underWay ? t('Reading {name}. {n} users so far.', { name: connection.name, n: count(run?.read ?? 0) }) : t('{users} read from {name}.', { users: plural(run?.read ?? 0, 'user'), name: connection.name })}
      </p>
      <Progress value={underWay ? share ?? 100 : 100} striped={underWay && share === null} animated={underWay} aria-label={t('First read')} color={run?.state === 'failed' ? 'red' : 'indigo'} />
      {run ? <ul className="runs" aria-label={t('First read')}><RunLine run={run} /></ul> : null}
      <div className="dfoot">
        {underWay ? <span className="mute">{t('Closing this does not stop it.')}</span> : null}
        <span className="grow" />
        <Button size="xs" onClick={onClose} data-autofocus>{underWay ? t('Close') : t('Show the organization')}</Button>
      </div>
    </div>
  );
}
