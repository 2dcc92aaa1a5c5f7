import { Button, CopyButton, Modal, NativeSelect, TextInput } from '@mantine/core';
import { IconCheck, IconCopy, IconKey } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { client, unwrap, type ApiToken, type Permission } from '../../api/client';
import { EmptyFace, ErrorFace, LoadingFace } from '../../shared/Faces';
import { t } from '../../shared/i18n';
import { plural } from '../../shared/numbers';
import { OrganizationPicker } from '../../shared/OrganizationPicker';
import { PermissionChoice } from '../../shared/PermissionChoice';
import { missing, permissionWord } from '../../shared/permissions';
import { useMay, useMe } from '../../shared/session';
import { dayOf } from '../../shared/time';
import { toastOutcome } from '../../shared/toasts';
import { When } from '../../shared/When';
import { Part } from './Part';

/** API tokens: one's own, and with the permission those of accounts in scope. */
export function Tokens() {
  const me = useMe();
  const may = useMay('tokens.manage');
  const tokens = useQuery({ queryKey: ['tokens'], queryFn: ({ signal }) => unwrap(client.GET('/api/v1/tokens', { signal })) });
  const [making, setMaking] = useState(false);
  const [made, setMade] = useState<ApiToken | null>(null);
  const [revoking, setRevoking] = useState<ApiToken | null>(null);
  const items = tokens.data?.items ?? [];
  return (
    <Part title={t('API tokens')} note={t('For programs: they act as you, with less. A token is shown once and is only good on its organization and below.')}>
      <div><Button size="xs" aria-disabled={!may || undefined} data-off={!may || undefined} data-tip={may ? undefined : t('You need the permission to make API tokens.')} onClick={() => { if (may) setMaking(true); }}>{t('New token')}</Button></div>
      {tokens.isPending ? <LoadingFace what={t('tokens')} /> : null}
      {tokens.error ? <ErrorFace what={t('The tokens')} error={tokens.error} onRetry={() => void tokens.refetch()} /> : null}
      {tokens.data && items.length === 0 ? <EmptyFace title={t('There is no token')} icon={IconKey}>{may ? t('Make one for each program, so that you can end one alone.') : t('You need the permission to make API tokens.')}</EmptyFace> : null}
      {items.length > 0 ? (
        <ul className="setlist">
          {items.map((token) => (
            <li key={token.id}>
              <IconKey size={18} stroke={1.6} aria-hidden />
              <div>
                <b><bdi>{token.name}</bdi></b> <span className="mono mute">{token.hint}…</span>{me && token.account.username !== me.account.username ? <span className="kind">{token.account.username}</span> : null}{Date.parse(token.expires_at) < Date.now() ? <span className="kind warnt">{t('Ended')}</span> : null}
                <p className="mute"><bdi>{token.organization.name}</bdi>, <span data-tip={token.permissions.map(permissionWord).join('\n')}>{plural(token.permissions.length, 'permission')}</span>, {t('ends')} {dayOf(token.expires_at)}, {t('last used')} <When at={token.last_used_at} /></p>
              </div>
              <Button size="compact-xs" variant="default" aria-label={t('Revoke the token {name}', { name: token.name })} onClick={() => { setRevoking(token); }}>{t('Revoke')}</Button>
            </li>
          ))}
        </ul>
      ) : null}
      {making ? <NewToken onClose={() => { setMaking(false); }} onMade={(token) => { setMaking(false); setMade(token); }} /> : null}
      {made ? <ShownOnce token={made} onClose={() => { setMade(null); }} /> : null}
      {revoking ? <Revoke token={revoking} onClose={() => { setRevoking(null); }} /> : null}
    </Part>
  );
}

const DAY_MS = 86_400_000;
const LIVES = [7, 30, 90, 365];

function NewToken({ onClose, onMade }: { onClose: () => void; onMade: (token: ApiToken) => void }) {
  const me = useMe();
  const queries = useQueryClient();
  const [name, setName] = useState('');
  const [slug, setSlug] = useState(me?.scope.slug ?? '');
  const [chosen, setChosen] = useState<Permission[]>(['users.view']);
  const [days, setDays] = useState(90);
  const organization = useQuery({
    queryKey: ['organization', slug],
    queryFn: ({ signal }) => unwrap(client.GET('/api/v1/organizations/{id}', { params: { path: { id: slug } }, signal })),
    enabled: slug !== '',
  });
  const held = organization.data?.permissions;
  const make = useMutation({
    mutationFn: () => unwrap(client.POST('/api/v1/tokens', { body: { name: name.trim(), organization: slug, permissions: chosen, expires_at: new Date(Date.now() + days * DAY_MS).toISOString() } })),
    onSuccess: (token) => {
      void queries.invalidateQueries({ queryKey: ['tokens'] });
      onMade(token);
    },
  });
  const ready = name.trim() !== '' && chosen.length > 0 && held !== undefined && missing(chosen, held).length === 0;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (ready && !make.isPending) make.mutate();
  };
  return (
    <Modal opened onClose={onClose} withCloseButton={false} centered size={640} attributes={{ content: { 'aria-label': t('New token') } }}>
      <form className="dialog" onSubmit={submit} noValidate>
        <h2>{t('New token')}</h2>
        <div className="two">
          <TextInput size="xs" label={t('Name')} description={t('Which program it is for.')} value={name} maxLength={100} data-autofocus inputWrapperOrder={['label', 'input', 'description', 'error']} error={make.error?.pointer === '/name' ? make.error.detail : undefined} onChange={(event) => { setName(event.target.value); }} />
          <NativeSelect size="xs" label={t('Ends after')} value={String(days)} data={LIVES.map((n) => ({ value: String(n), label: plural(n, 'day') }))} description={dayOf(new Date(Date.now() + days * DAY_MS).toISOString())} inputWrapperOrder={['label', 'input', 'description', 'error']}
            error={make.error?.pointer === '/expires_at' ? make.error.detail : undefined} onChange={(event) => { setDays(Number(event.target.value)); }} />
        </div>
        <OrganizationPicker label={t('Good on')} slug={slug} onChoose={(one) => { setSlug(one.slug); }} />
        <PermissionChoice chosen={chosen} onChange={setChosen} held={held} where={organization.data?.name ?? slug} />
        {make.error && make.error.pointer !== '/name' && make.error.pointer !== '/expires_at' ? <p className="formerror" role="alert">{make.error.detail}</p> : null}
        <div className="dfoot">
          <Button size="xs" variant="default" onClick={onClose}>{t('Cancel')}</Button>
          <Button size="xs" type="submit" disabled={!ready} loading={make.isPending}>{t('Make token')}</Button>
        </div>
      </form>
    </Modal>
  );
}

function ShownOnce({ token, onClose }: { token: ApiToken; onClose: () => void }) {
  const title = t('Your new token');
  return (
    <Modal opened onClose={onClose} withCloseButton={false} closeOnClickOutside={false} closeOnEscape={false} centered size={520} attributes={{ content: { 'aria-label': title } }}>
      <div className="dialog">
        <h2>{title}: <bdi>{token.name}</bdi></h2>
        <p>{t('It is shown only now. Whoever has it can do what it may.')}</p>
        <output className="secret wrapany" aria-label={title}>{token.token ?? ''}</output>
        <div className="dfoot">
          <CopyButton value={token.token ?? ''}>
            {({ copied, copy }) => <Button size="xs" variant="default" data-autofocus onClick={copy} leftSection={copied ? <IconCheck size={15} /> : <IconCopy size={15} />}>{copied ? t('Copied') : t('Copy')}</Button>}
          </CopyButton>
          <Button size="xs" onClick={onClose}>{t('I have it')}</Button>
        </div>
      </div>
    </Modal>
  );
}

function Revoke({ token, onClose }: { token: ApiToken; onClose: () => void }) {
  const queries = useQueryClient();
  const revoke = useMutation({
    mutationFn: () => unwrap(client.DELETE('/api/v1/tokens/{id}', { params: { path: { id: token.id } } })),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ['tokens'] });
      toastOutcome({ outcome: 'done', text: t('The token {name} is revoked.', { name: token.name }) });
      onClose();
    },
  });
  const title = t('Revoke token');
  return (
    <Modal opened onClose={onClose} withCloseButton={false} centered size={440} attributes={{ content: { 'aria-label': title } }}>
      <div className="dialog">
        <h2>{title}: <bdi>{token.name}</bdi></h2>
        <p>{t('Programs that use it are refused at once. It cannot be brought back.')}</p>
        {revoke.error ? <p className="formerror" role="alert">{revoke.error.detail}</p> : null}
        <div className="dfoot">
          <Button size="xs" variant="default" onClick={onClose} data-autofocus>{t('Cancel')}</Button>
          <Button size="xs" className="danger" loading={revoke.isPending} onClick={() => { revoke.mutate(); }}>{t('Revoke')}</Button>
        </div>
      </div>
    </Modal>
  );
}
