import { Button, Modal, TextInput } from '@mantine/core';
import { t } from '../../../shared/i18n';
import { IconPlug } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { client, unwrap, type Connection, type ConnectionTest, type Connector } from '../../../api/client';
import { EmptyFace, ErrorFace, LoadingFace } from '../../../shared/Faces';
import { OrganizationPicker } from '../../../shared/OrganizationPicker';
import { SchemaForm } from '../../../shared/form/SchemaForm';
import { errorAt, formOf, initialConfig, missing, type Config } from '../../../shared/form/schemaForm';
import { words } from '../words';
import { FirstRead } from './FirstRead';
import { TestResult } from './TestResult';

const STEPS = [t('Kind'), t('Settings'), t('First read')];

/** Kind, settings with a test before they are saved, then the first read. */
export function ConnectWizard({ organization: given, onClose }: { organization: string | undefined; onClose: (openSlug?: string) => void }) {
  const [organization, setOrganization] = useState(given ?? '');
  const [connector, setConnector] = useState<Connector | null>(null);
  const [made, setMade] = useState<Connection | null>(null);
  const step = made ? 2 : connector ? 1 : 0;
  const done = () => { onClose(made ? organization : undefined); };
  return (
    <Modal opened onClose={done} withCloseButton={false} closeOnClickOutside={false} centered size={720} className="wizard" attributes={{ content: { 'aria-label': words.connect } }}>
      <div className="dialog">
        <h2>{words.connect}</h2>
        <ol className="steps" aria-label={t('Steps')}>
          {STEPS.map((name, i) => <li key={name} aria-current={i === step ? 'step' : undefined} className={i < step ? 'past' : ''}>{name}</li>)}
        </ol>
        {made ? <FirstRead connection={made} onClose={done} /> : connector ? (
          <Settings key={connector.name} connector={connector} organization={organization} onBack={() => { setConnector(null); }} onMade={setMade} />
        ) : (
          <>
            <OrganizationPicker label={t('Organization')} slug={organization} onChoose={(chosen) => { setOrganization(chosen.slug); }} />
            <Kinds ready={organization !== ''} onChoose={setConnector} />
            <div className="dfoot"><Button size="xs" variant="default" onClick={done}>{t('Cancel')}</Button></div>
          </>
        )}
      </div>
    </Modal>
  );
}

function Kinds({ ready, onChoose }: { ready: boolean; onChoose: (connector: Connector) => void }) {
  const connectors = useQuery({ queryKey: ['connectors'], queryFn: ({ signal }) => unwrap(client.GET('/api/v1/connectors', { signal })), staleTime: 60_000 });
  if (connectors.isPending) return <LoadingFace what={t('kinds of directory')} />;
  if (connectors.isError) return <ErrorFace what={t('The kinds of directory')} error={connectors.error} onRetry={() => void connectors.refetch()} />;
  if (connectors.data.items.length === 0) return <EmptyFace title={t('No connector is installed')} icon={IconPlug}>{t('Put a connector into the server\'s plugin folder and start the server again.')}</EmptyFace>;
  return (
    <ul className="kinds" aria-label={t('Kinds of directory')}>
      {connectors.data.items.map((connector) => (
        <li key={connector.name}>
          <button type="button" aria-disabled={!ready} data-tip={ready ? undefined : t('Choose the organization first')} onClick={() => { if (ready) onChoose(connector); }}>
            <IconPlug size={18} stroke={1.6} aria-hidden />
            <b>{connector.title}</b>
            <span>{connector.description}</span>
            <span className="mono">{connector.name} {connector.version}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

interface SettingsProps {
  connector: Connector;
  organization: string;
  onBack: () => void;
  onMade: (connection: Connection) => void;
}

function Settings({ connector, organization, onBack, onMade }: SettingsProps) {
  const queries = useQueryClient();
  const groups = useMemo(() => formOf(connector.config_schema), [connector]);
  const [name, setName] = useState(t('{title} directory', { title: connector.title }));
  const [config, setConfig] = useState<Config>(() => initialConfig(groups));
  const [tried, setTried] = useState(false);
  const [tested, setTested] = useState<{ config: Config; result: ConnectionTest } | null>(null);

  const test = useMutation({
    mutationFn: (now: Config) => unwrap(client.POST('/api/v1/connections/test', { body: { organization, connector: connector.name, config: now } })),
    onSuccess: (result, now) => { setTested({ config: now, result }); },
  });
  const save = useMutation({
    mutationFn: () => unwrap(client.POST('/api/v1/connections', { body: { organization, connector: connector.name, name: name.trim(), config, enabled: true } })),
    onSuccess: (connection) => {
      void queries.invalidateQueries({ queryKey: ['organizations'] });
      void queries.invalidateQueries({ queryKey: ['organization'] });
      onMade(connection);
    },
  });
  // A test only counts for what was tested.
  const current = tested?.config === config ? tested.result : null;
  const failure = save.error ?? test.error;
  const errors: Record<string, string> = {
    ...(tried ? missing(groups, config) : {}),
    ...errorAt('/config', failure),
    ...(current && !current.ok ? errorAt('/config', current) : {}),
  };
  const check = (then: () => void) => {
    setTried(true);
    if (name.trim() && Object.keys(missing(groups, config)).length === 0) then();
  };
  const change = (next: Config) => {
    setConfig(next);
    test.reset();
    save.reset();
  };
  return (
    <form onSubmit={(event) => { event.preventDefault(); check(() => { if (current?.ok) save.mutate(); else test.mutate(config); }); }}>
      <div className="wizbody">
        <TextInput label={t('Name')} description={t('How this directory is called here.')} inputWrapperOrder={['label', 'input', 'description', 'error']} size="xs" value={name} required maxLength={200} onChange={(event) => { setName(event.target.value); }} />
        <SchemaForm groups={groups} config={config} errors={errors} onChange={change} />
      </div>
      <TestResult result={current} pending={test.isPending} failure={Object.keys(errorAt('/config', failure)).length === 0 ? failure : null} />
      <div className="dfoot">
        <Button size="xs" variant="default" onClick={onBack}>{t('Back')}</Button>
        <span className="grow" />
        <Button size="xs" variant="default" loading={test.isPending} onClick={() => { check(() => { test.mutate(config); }); }}>{t('Test')}</Button>
        <Button size="xs" disabled={!current?.ok} loading={save.isPending} data-tip={current?.ok ? undefined : t('Test it first')} onClick={() => { check(() => { save.mutate(); }); }}>{t('Connect')}</Button>
      </div>
    </form>
  );
}
