import { ActionIcon, Button, Drawer, Menu } from '@mantine/core';
import { t } from '../../shared/i18n';
import { IconDots, IconPlugConnected, IconUsers, IconX } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { client, unwrap, type Organization } from '../../api/client';
import { EmptyFace, ErrorFace, LoadingFace } from '../../shared/Faces';
import { count, plural } from '../../shared/numbers';
import { PathLine } from '../../shared/PathLine';
import { useMay } from '../../shared/session';
import { StateBar } from '../../shared/StateBar';
import { STATUS, STATUS_ORDER } from '../../shared/StatusBadge';
import { toastError, toastOutcome } from '../../shared/toasts';
import { ConnectionCard } from './ConnectionCard';
import { MaintenanceWindow } from './MaintenanceWindow';
import { KIND_WORD, words } from './words';

interface Props {
  slug: string;
  onClose: () => void;
  onConnect: (slug: string) => void;
}

export function OrganizationDrawer({ slug, onClose, onConnect }: Props) {
  const organization = useQuery({
    queryKey: ['organization', slug],
    queryFn: ({ signal }) => unwrap(client.GET('/api/v1/organizations/{id}', { params: { path: { id: slug } }, signal })),
  });
  return (
    <Drawer opened onClose={onClose} position="right" size={560} padding={0} withCloseButton={false} withOverlay={false} trapFocus={false} closeOnClickOutside={false} className="userd"
      attributes={{ content: { 'aria-label': organization.data ? t('Details of {name}', { name: organization.data.name }) : t('Details') } }}>
      {organization.data ? <Details organization={organization.data} onClose={onClose} onConnect={onConnect} /> : (
        <>
          <header className="dhead ud"><span className="grow" /><Close onClose={onClose} /></header>
          {organization.error ? <ErrorFace what={t('This organization')} error={organization.error} onRetry={() => void organization.refetch()} /> : <LoadingFace what={t('details')} />}
        </>
      )}
    </Drawer>
  );
}

function Close({ onClose }: { onClose: () => void }) {
  return <ActionIcon variant="subtle" size={28} className="qi" aria-label={t('Close details')} onClick={onClose}><IconX size={18} /></ActionIcon>;
}

function Details({ organization, onClose, onConnect }: { organization: Organization } & Omit<Props, 'slug'>) {
  const mayConnect = useMay('connections.manage');
  const { connections, users } = organization;
  return (
    <>
      <header className="dhead ud">
        <div className="udt">
          <span className="eyebrow">{organization.path.length > 0 ? <PathLine names={organization.path} /> : KIND_WORD[organization.kind]}</span>
          <h2><bdi>{organization.name}</bdi></h2>
          <div className="udm">
            <span className="kind">{t(organization.kind)}</span>
            {organization.state === 'active' ? null : <span className="kind warnt">{t(organization.state)}</span>}
            <span className="mono">{organization.slug}</span>
          </div>
        </div>
        <Close onClose={onClose} />
      </header>
      <div className="udact">
        <Button size="xs" variant="default" leftSection={<IconUsers size={15} />} renderRoot={(props) => <Link to="/users" search={{ scope: organization.slug }} {...props} />}>
          {plural(users, 'user')}
        </Button>
        {mayConnect ? <Button size="xs" variant="default" leftSection={<IconPlugConnected size={15} />} onClick={() => { onConnect(organization.slug); }}>{words.connect}</Button> : null}
        <StateMenu organization={organization} />
      </div>
      <div className="udb scroll">
        <section>
          <h3>{t('Users by state')}</h3>
          {users > 0 ? (
            <>
              <StateBar counts={organization.status_counts} height={10} />
              <ul className="statelist">
                {STATUS_ORDER.filter((status) => (organization.status_counts[status] ?? 0) > 0).map((status) => (
                  <li key={status}><i className={`sw s-${STATUS[status].tone}`} />{STATUS[status].word} <b className="tn">{count(organization.status_counts[status] ?? 0)}</b></li>
                ))}
              </ul>
            </>
          ) : <p className="mute">{t('No users read yet.')}</p>}
        </section>
        <section>
          <h3>{connections.length > 0 ? plural(connections.length, 'directory', 'directories') : t('Directories')}</h3>
          {connections.length === 0 ? (
            <EmptyFace title={words.noDirectory} icon={IconPlugConnected}>
              {organization.directories > 0 ? t('{directories} below this organization.', { directories: plural(organization.directories, 'directory', 'directories') }) : t('Its users appear when a directory is connected.')}
            </EmptyFace>
          ) : connections.map((connection) => <ConnectionCard key={connection.id} brief={connection} organization={organization.name} />)}
        </section>
        <MaintenanceWindow slug={organization.slug} id={organization.id} />
      </div>
    </>
  );
}

/** Suspension and maintenance are states of an organization, not of its users. */
function StateMenu({ organization }: { organization: Organization }) {
  const queries = useQueryClient();
  const may = useMay('orgs.manage');
  const change = useMutation({
    mutationFn: (state: Organization['state']) => unwrap(client.PATCH('/api/v1/organizations/{id}', {
      params: { path: { id: organization.id }, header: organization.etag ? { 'If-Match': organization.etag } : {} }, body: { state },
    })),
    onSuccess: (changed) => {
      void queries.invalidateQueries({ queryKey: ['organization'] });
      void queries.invalidateQueries({ queryKey: ['organizations'] });
      toastOutcome({ outcome: 'done', text: t('{name} is now: {state}.', { name: changed.name, state: t(changed.state) }) });
    },
    onError: toastError,
  });
  if (!may) return null;
  const choices: [Organization['state'], string][] = [['active', t('Active')], ['maintenance', t('In maintenance: no actions')], ['suspended', t('Suspended')]];
  return (
    <Menu position="bottom-start" width={240} withInitialFocusPlaceholder={false}>
      <Menu.Target><ActionIcon variant="default" size={30} aria-label={t('Change state')}><IconDots size={16} /></ActionIcon></Menu.Target>
      <Menu.Dropdown className="amenu" aria-label={t('Change state')}>
        {choices.map(([state, word]) => (
          <Menu.Item key={state} aria-disabled={state === organization.state || undefined} className={state === organization.state ? 'aoff' : ''}
            rightSection={state === organization.state ? <span className="why">{t('Now')}</span> : null}
            onClick={() => { if (state !== organization.state) change.mutate(state); }}>
            {word}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
