import { Button } from '@mantine/core';
import { t } from '../../shared/i18n';
import { IconUserMinus } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { client, unwrap, type ConnectionBrief, type Run } from '../../api/client';
import { connectorWord } from '../../shared/connectorWord';
import { Freshness } from '../../shared/Freshness';
import { count, plural } from '../../shared/numbers';
import { useMay } from '../../shared/session';
import { toastError, toastOutcome } from '../../shared/toasts';
import { When } from '../../shared/When';
import { RunLine } from './RunLine';
import { SyncButton } from './SyncButton';
import { words } from './words';

const RUNS = 5;
const POLL_MS = 1_000;

export function isUnderWay(run: Run | undefined): boolean {
  return run?.state === 'queued' || run?.state === 'running';
}

/** The readings of a directory; asked again every second while one is under way. */
export function useRuns(id: string, limit = RUNS) {
  return useQuery({
    queryKey: ['runs', id, limit],
    queryFn: ({ signal }) => unwrap(client.GET('/api/v1/connections/{id}/runs', { params: { path: { id }, query: { limit } }, signal })),
    refetchInterval: (query) => (isUnderWay(query.state.data?.items[0]) ? POLL_MS : false),
  });
}

/** One directory of an organization: how it is, why, its last readings, and what waits for a decision. */
export function ConnectionCard({ brief, organization }: { brief: ConnectionBrief; organization: string }) {
  const runs = useRuns(brief.id);
  return (
    <article className="conn" aria-label={brief.name}>
      <header>
        <b><bdi>{brief.name}</bdi></b>
        <span className="mute">{connectorWord(brief.connector)}, {plural(brief.users, 'user')}</span>
        <span className="grow" />
        <SyncButton id={brief.id} name={organization} />
      </header>
      <p className="connline">
        <Freshness of={{ state: brief.state, since: brief.since, asOf: brief.last_sync_at, error: brief.error }} />
        {brief.last_sync_at ? <span className="mute">{t('last read whole')} <When at={brief.last_sync_at} /></span> : null}
      </p>
      {brief.error ? <p className="why-not badt">{brief.error}</p> : null}
      {brief.held_deletions > 0 ? <Held brief={brief} /> : null}
      {runs.data && runs.data.items.length > 0 ? (
        <ul className="runs" aria-label={t('Last readings')}>{runs.data.items.map((run) => <RunLine key={run.id} run={run} />)}</ul>
      ) : null}
      {runs.error ? <p className="why-not badt">{runs.error.detail}</p> : null}
    </article>
  );
}

/** A mass deletion that the guard holds: a person decides, nothing happens before. */
function Held({ brief }: { brief: ConnectionBrief }) {
  const queries = useQueryClient();
  const may = useMay('connections.manage');
  const decide = useMutation({
    mutationFn: (decision: 'accept' | 'reject') => unwrap(client.POST('/api/v1/connections/{id}/deletion-guard', { params: { path: { id: brief.id } }, body: { decision } })),
    onSuccess: (_, decision) => {
      for (const key of ['organization', 'organizations', 'users', 'runs']) void queries.invalidateQueries({ queryKey: [key] });
      toastOutcome({ outcome: 'done', text: decision === 'accept' ? t('{users} removed from the list.', { users: plural(brief.held_deletions, 'user') }) : t('Nobody was removed.') });
    },
    onError: toastError,
  });
  return (
    <div className="held" role="group" aria-label={t('Held deletions')}>
      <p><IconUserMinus size={15} aria-hidden /><b>{count(brief.held_deletions)} {t('of')} {count(brief.users)} {t('users are missing.')}</b> {words.held}</p>
      {may ? (
        <div className="dfoot">
          <Button size="xs" variant="default" loading={decide.isPending} onClick={() => { decide.mutate('reject'); }}>{words.reject}</Button>
          <Button size="xs" className="danger" loading={decide.isPending} onClick={() => { decide.mutate('accept'); }}>{words.accept}</Button>
        </div>
      ) : null}
    </div>
  );
}
