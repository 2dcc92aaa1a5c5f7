import { ActionIcon, CopyButton } from '@mantine/core';
import { t } from '../../../shared/i18n';
import { IconCheck, IconCopy, IconPencil } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { client, unwrap, type User } from '../../../api/client';
import { spaced } from '../../../shared/actionWords';
import { connectorWord } from '../../../shared/connectorWord';
import { Freshness } from '../../../shared/Freshness';
import { MfaCell } from '../../../shared/MfaCell';
import { When } from '../../../shared/When';
import { possibility } from '../actions';
import { useConnectors } from '../useConnectors';
import { useEligibility } from '../useEligibility';
import type { ActionFlow } from '../useActionFlow';
import { AccountRoles, PORTAL, SHOWN_IN_WORDS } from './AccountRoles';
import { EditForm } from './EditForm';
import { Pending } from './Pending';

export function Profile({ user, etag, flow }: { user: User; etag: string; flow: ActionFlow }) {
  const { data: eligibility } = useEligibility(user.id);
  const edit = possibility('edit', eligibility);
  const editing = flow.editing === user.id && edit.allowed;
  const own = useConnectors()?.find((one) => one.name === user.connector)?.attributes;
  const titleOf = (name: string) => own?.find((one) => one.name === name)?.title ?? spaced(name);
  const account = user.connector === PORTAL;
  const further = Object.entries(user.attributes).filter(([name]) => !account || !SHOWN_IN_WORDS.includes(name));
  return (
    <div className="udb">
      <Pending id={user.id} />
      <section>
        <h3>
          {t('Identity')}
          <span className="grow" />
          {editing ? null : (
            <button type="button" className="fed" aria-label={t('Edit profile')} aria-disabled={!edit.allowed} data-tip={edit.allowed ? t('Edit profile') : edit.detail || edit.short}
              onClick={() => { if (edit.allowed) flow.setEditing(user.id); }}>
              <IconPencil size={14} aria-hidden />
            </button>
          )}
        </h3>
        {editing ? <EditForm user={user} etag={etag} onSaved={flow.put} onClose={() => { flow.setEditing(null); }} /> : <Identity user={user} />}
      </section>
      {account ? <AccountRoles user={user} flow={flow} /> : null}
      <section>
        <h3>{t('Sign-in')}</h3>
        <dl>
          <Field label={t('Second factor')}><MfaCell mfa={user.mfa} /></Field>
          <Field label={t('Single sign-on')}>{user.federated_only === null ? <span className="mute">{t('Not known')}</span> : user.federated_only ? t('Only single sign-on') : t('Password allowed')}</Field>
          <Field label={t('Last signed in')}><When at={user.last_login_at} never="Not known" exact /></Field>
        </dl>
      </section>
      <WhereItLives user={user} />
      {further.length > 0 ? (
        <section>
          <h3>{t('Further attributes')}</h3>
          <dl>{further.map(([name, value]) => <Field key={name} label={titleOf(name)}><bdi>{typeof value === 'string' ? value : JSON.stringify(value)}</bdi></Field>)}</dl>
        </section>
      ) : null}
    </div>
  );
}

function Identity({ user }: { user: User }) {
  return (
    <dl>
      <Field label={t('First name')}><Value>{user.first_name}</Value></Field>
      <Field label={t('Last name')}><Value>{user.last_name}</Value></Field>
      <Field label={t('Display name')}><Value>{user.display_name}</Value></Field>
      <Field label={t('E-mail')}><Value>{user.email}</Value></Field>
      <Field label={t('Phone')}><Value>{user.phone}</Value></Field>
      <Field label={t('Role')}><Value>{user.roles.join(', ')}</Value></Field>
    </dl>
  );
}

function WhereItLives({ user }: { user: User }) {
  const connection = useQuery({
    queryKey: ['connection', user.connection],
    queryFn: ({ signal }) => unwrap(client.GET('/api/v1/connections/{id}', { params: { path: { id: user.connection } }, signal })),
  });
  return (
    <section>
      <h3>{t('Where it lives')}</h3>
      <dl>
        <Field label={t('Directory')}><bdi>{user.connection_name}</bdi><span className="mute"> {connectorWord(user.connector)}</span></Field>
        <Field label={t('Organization')}><bdi>{user.organization.name}</bdi></Field>
        <Field label={t('Native id')}>
          <span className="mono ell">{user.native_id}</span>
          <CopyButton value={user.native_id}>
            {({ copied, copy }) => (
              <ActionIcon variant="subtle" size={24} className="qi" aria-label={copied ? t('Copied') : t('Copy native id')} onClick={copy}>{copied ? <IconCheck size={14} /> : <IconCopy size={14} />}</ActionIcon>
            )}
          </CopyButton>
        </Field>
        <Field label={t('Native state')}><span className="mono">{user.native_status || '–'}</span></Field>
        <Field label={t('Added')}><When at={user.created_at} never="Not known" exact /></Field>
        <Field label={t('Modified')}><When at={user.modified_at} never="Not known" exact /></Field>
        <Field label={t('As of')}><When at={user.seen_at} exact /></Field>
        <Field label={t('Reading')}>
          {connection.data ? <Freshness of={{ state: connection.data.state, since: connection.data.since, asOf: connection.data.last_sync_at, error: connection.data.error }} /> : <span className="mute">–</span>}
        </Field>
        {connection.data?.error ? <p className="why-not badt">{connection.data.error}</p> : null}
      </dl>
    </section>
  );
}

function Value({ children }: { children: string }) {
  return children ? <bdi>{children}</bdi> : <span className="mute">{t('Not set')}</span>;
}

function Field({ label, children }: { label: string; children: ReactNode }) {
  return <div className="fld"><dt>{label}</dt><dd>{children}</dd></div>;
}
