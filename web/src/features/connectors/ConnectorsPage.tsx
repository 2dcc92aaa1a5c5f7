import { ActionIcon, Button, Drawer } from '@mantine/core';
import { t } from '../../shared/i18n';
import { IconCircleCheckFilled, IconCircleDotted, IconPlayerPlay, IconPlug, IconPlugConnectedX, IconRefresh, IconRosetteDiscountCheck, IconRotateClockwise, IconX, type Icon } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { client, unwrap, type Connector, type ConnectorHealth } from '../../api/client';
import { ACTION_WORD } from '../../shared/actionWords';
import { EmptyFace, ErrorFace, LoadingFace } from '../../shared/Faces';
import { count, plural } from '../../shared/numbers';
import { useMay, useMe } from '../../shared/session';
import { toastError, toastOutcome } from '../../shared/toasts';
import { When } from '../../shared/When';
import { Reports } from './Reports';

export const STATE: Record<ConnectorHealth['state'], { word: string; icon: Icon; className: string; tip: string }> = {
  idle: { word: t('Ready'), icon: IconCircleDotted, className: 'fresh f-never', tip: t('Its next call starts it.') },
  running: { word: t('Running'), icon: IconCircleCheckFilled, className: 'fresh f-current', tip: t('It serves.') },
  restarting: { word: t('Restarting'), icon: IconRotateClockwise, className: 'fresh f-stale', tip: t('It ended, and starts again after a pause.') },
  paused: { word: t('Paused'), icon: IconPlugConnectedX, className: 'fresh f-unreachable', tip: t('It ended too often. It serves nobody until it is resumed or another version comes.') },
};

/** May act on the platform's connectors: whoever manages the connections of all. */
export function useMayRun(): boolean {
  const may = useMay('connections.manage');
  const me = useMe();
  return may && me?.scope.kind === 'platform';
}

const LEVEL: Record<NonNullable<ConnectorHealth['conformance']>['level'], { word: string; tip: string }> = {
  loads: { word: t('Loads'), tip: t('It starts and ends cleanly, and tells tenants apart.') },
  reads: { word: t('Reads'), tip: t('It reads whole directories, also when networks fail.') },
  syncs: { word: t('Syncs'), tip: t('It also reads only what changed.') },
  acts: { word: t('Acts'), tip: t('Its actions do what they say, once.') },
  certified: { word: t('Certified'), tip: t('It passed every check that applies to it, also for memory and secrets.') },
};

/** What the conformance kit proved of the very file that runs. */
function LevelMark({ health }: { health: ConnectorHealth | undefined }) {
  if (!health) return <span className="mute">–</span>;
  if (!health.conformance) return <span className="mute" data-tip={t('No result of the conformance kit lies beside this file. Its vendor makes one with “connector conform --badge”.')}>{t('Not proven')}</span>;
  const { word, tip } = LEVEL[health.conformance.level];
  return <span className="fresh f-current" data-tip={tip}><IconRosetteDiscountCheck size={14} stroke={1.9} aria-hidden />{word}</span>;
}

export function ConnectorsPage() {
  const { connector: opened } = useSearch({ from: '/shell/connectors' });
  const navigate = useNavigate();
  const open = (name: string | undefined) => { void navigate({ to: '/connectors', search: (s) => ({ ...s, connector: name }) }); };
  const connectors = useQuery({ queryKey: ['connectors'], queryFn: ({ signal }) => unwrap(client.GET('/api/v1/connectors', { signal })) });
  const health = useQuery({ queryKey: ['connectors', 'health'], queryFn: ({ signal }) => unwrap(client.GET('/api/v1/connectors/health', { signal })), refetchInterval: 10_000 });
  const items = connectors.data?.items ?? [];
  const chosen = items.find((item) => item.name === opened);
  return (
    <div className="page">
      <div className="phead">
        <h1>{t('Connectors')}</h1>
        <div className="ptotal"><b>{connectors.data ? count(items.length) : '–'}</b></div>
        <span className="grow" />
        <Rescan />
      </div>
      {health.error ? <p className="stalenote" role="alert">{health.error.detail}</p> : null}
      {connectors.isPending ? <LoadingFace what={t('connectors')} /> : null}
      {connectors.isError && items.length === 0 ? <ErrorFace what={t('The connectors')} error={connectors.error} retryInS={8} onRetry={() => void connectors.refetch()} /> : null}
      {connectors.data && items.length === 0 ? <EmptyFace title={t('No connector is installed')} icon={IconPlug}>{t('Put a connector into the server’s folder, then look for new ones.')}</EmptyFace> : null}
      {items.length > 0 ? (
        <div className="tablewrap flow" tabIndex={0} role="region" aria-label={t('Connectors')}>
          <table className="acttable">
            <thead><tr>{[t('Connector'), t('State'), t('Version'), t('Conformance'), t('Process'), t('Memory'), t('Reports'), t('Set aside'), t('What it can do')].map((head) => <th key={head} scope="col">{head}</th>)}</tr></thead>
            <tbody>{items.map((item) => <Row key={item.name} connector={item} health={health.data?.items.find((one) => one.name === item.name)} onOpen={() => { open(item.name); }} />)}</tbody>
          </table>
        </div>
      ) : null}
      {chosen ? <Details key={chosen.name} connector={chosen} health={health.data?.items.find((one) => one.name === chosen.name)} onClose={() => { open(undefined); }} /> : null}
    </div>
  );
}

export function StateMark({ health }: { health: ConnectorHealth | undefined }) {
  if (!health) return <span className="mute">–</span>;
  const { icon: StateIcon, word, className, tip } = STATE[health.state];
  return <span className={className} data-tip={health.reason ?? tip}><StateIcon size={14} stroke={1.9} aria-hidden />{word}</span>;
}

function Row({ connector, health, onOpen }: { connector: Connector; health: ConnectorHealth | undefined; onOpen: () => void }) {
  return (
    <tr onClick={onOpen}>
      <td><button type="button" className="olink" onClick={(event) => { event.stopPropagation(); onOpen(); }}><b>{connector.title}</b></button> <span className="mono">{connector.name}</span></td>
      <td><StateMark health={health} /></td>
      <td className="tn">{connector.version}</td>
      <td><LevelMark health={health} /></td>
      <td className="ink2">{health ? (health.isolated ? t('Its own') : t('The server’s')) : '–'}</td>
      <td className="tn ink2">{memory(health?.memory_bytes)}</td>
      <td className={health?.reports ? 'badt tn' : 'mute tn hide-s'}>{typeof health?.reports === 'number' ? count(health.reports) : '–'}</td>
      <td className={health && health.quarantined.length > 0 ? 'warnt' : 'mute hide-s'}>{health && health.quarantined.length > 0 ? plural(health.quarantined.length, 'connection') : '–'}</td>
      <td className="wide ink2">{plural(abilities(connector).length, 'action')}<span className="mute"> {abilities(connector).slice(0, 4).join(', ')}{abilities(connector).length > 4 ? ' …' : ''}</span></td>
    </tr>
  );
}

/** What it can do in words: what everybody can, then what it declares as its own. */
function abilities({ actions, connector_actions: own }: Connector): string[] {
  return [...actions.map((action) => ACTION_WORD[action]), ...(own ?? []).map(({ title }) => title)];
}

const MIB = 1024 * 1024;

function memory(bytes: number | null | undefined): string {
  return bytes ? `${count(Math.round(bytes / MIB))} MiB` : '–';
}

function Rescan() {
  const queries = useQueryClient();
  const may = useMayRun();
  const rescan = useMutation({
    mutationFn: () => unwrap(client.POST('/api/v1/connectors/rescan')),
    onSuccess: ({ items }) => {
      void queries.invalidateQueries({ queryKey: ['connectors'] });
      const changed = items.filter((item) => item.outcome === 'added' || item.outcome === 'upgraded');
      const refused = items.filter((item) => item.outcome === 'refused');
      for (const item of refused) toastOutcome({ outcome: 'failed', text: `${item.path}: ${item.detail ?? t('refused')}` });
      if (changed.length > 0) toastOutcome({ outcome: 'done', text: changed.map((item) => `${item.connector ?? item.path} ${item.to ?? ''}`).join(', ') });
      else if (refused.length === 0) toastOutcome({ outcome: 'already_so', text: t('Nothing new in the server’s folders.') });
    },
    onError: toastError,
  });
  if (!may) return null;
  return <Button size="xs" variant="default" leftSection={<IconRefresh size={15} />} loading={rescan.isPending} onClick={() => { rescan.mutate(); }}>{t('Look for new ones')}</Button>;
}

function Details({ connector, health, onClose }: { connector: Connector; health: ConnectorHealth | undefined; onClose: () => void }) {
  const queries = useQueryClient();
  const may = useMayRun();
  const resume = useMutation({
    mutationFn: (connection?: string) => unwrap(client.POST('/api/v1/connectors/{name}/resume', { params: { path: { name: connector.name } }, body: connection ? { connection } : {} })),
    onSuccess: () => { void queries.invalidateQueries({ queryKey: ['connectors'] }); toastOutcome({ outcome: 'done', text: t('{name} serves again with its next call.', { name: connector.title }) }); },
    onError: toastError,
  });
  const stuck = health && (health.state === 'paused' || health.quarantined.length > 0);
  return (
    <Drawer opened onClose={onClose} position="right" size={600} padding={0} withCloseButton={false} withOverlay={false} trapFocus={false} closeOnClickOutside={false} className="userd" attributes={{ content: { 'aria-label': t('Details of {name}', { name: connector.title }) } }}>
      <header className="dhead ud">
        <div className="udt">
          <span className="eyebrow mono">{connector.name} {connector.version}</span>
          <h2>{connector.title}</h2>
          <div className="udm"><StateMark health={health} />{health?.since ? <span className="mute">{t('since')} <When at={health.since} /></span> : null}</div>
        </div>
        <ActionIcon variant="subtle" size={28} className="qi" aria-label={t('Close details')} onClick={onClose}><IconX size={18} /></ActionIcon>
      </header>
      <div className="udb scroll" tabIndex={0} role="region" aria-label={t('Details')}>
        <p className="ink2">{connector.description}</p>
        {health?.reason ? <p className="why-not badt">{health.reason}</p> : null}
        {stuck && may ? <div className="dfoot"><Button size="xs" leftSection={<IconPlayerPlay size={15} />} loading={resume.isPending} onClick={() => { resume.mutate(undefined); }}>{t('Resume')}</Button></div> : null}
        {health && health.quarantined.length > 0 ? (
          <section>
            <h3>{t('Set aside')}</h3>
            <ul className="ev">{health.quarantined.map((one) => (
              <li key={one.connection}><div><b>{one.connection}</b><p>{one.operation}: {one.reason}</p></div>{may ? <button type="button" className="lk" onClick={() => { resume.mutate(one.connection); }}>{t('Serve again')}</button> : <When at={one.since} />}</li>
            ))}</ul>
          </section>
        ) : null}
        <section><h3>{t('What it can do')}</h3><ul className="gchips">{abilities(connector).map((word) => <li key={word}>{word}</li>)}</ul></section>
        <section><h3>{t('Conformance')}</h3><p><LevelMark health={health} />{health?.conformance ? <> <span className="mute">{LEVEL[health.conformance.level].tip} {t('Proved')} <When at={health.conformance.proved_at} /></span></> : null}</p></section>
        {may ? <Reports name={connector.name} /> : null}
        {health?.sha256 ? <section><h3>{t('Its file')}</h3><p className="mono wrapany">{t('sha256')} {health.sha256}</p></section> : null}
      </div>
    </Drawer>
  );
}
