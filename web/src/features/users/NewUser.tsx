import { Button, Modal, NativeSelect, Switch, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { client, unwrap, type User, type UserCreate } from '../../api/client';
import { t } from '../../shared/i18n';
import { OrganizationPicker } from '../../shared/OrganizationPicker';
import { useMe } from '../../shared/session';
import { toastOutcome } from '../../shared/toasts';
import { rolesFor, ROLE_WORD } from './roles';

interface Values {
  first_name: string;
  last_name: string;
  email: string;
  username: string;
}

const EMPTY: Values = { first_name: '', last_name: '', email: '', username: '' };

/** A new account in the portal directory of an organization, invited by mail. */
export function NewUser({ scope, onClose }: { scope: string | undefined; onClose: (made?: User) => void }) {
  const me = useMe();
  const queries = useQueryClient();
  const [slug, setSlug] = useState(scope ?? me?.scope.slug ?? '');
  const [values, setValues] = useState(EMPTY);
  const [role, setRole] = useState<string | null>(null);
  const [invite, setInvite] = useState(true);
  const [mfa, setMfa] = useState(false);
  const organization = useQuery({
    queryKey: ['organization', slug],
    queryFn: ({ signal }) => unwrap(client.GET('/api/v1/organizations/{id}', { params: { path: { id: slug } }, signal })),
    enabled: slug !== '',
  });
  const roles = organization.data ? rolesFor(organization.data.kind) : [];
  const chosen = roles.find((one) => one === role) ?? 'user';
  const create = useMutation({
    mutationFn: (body: UserCreate) => unwrap(client.POST('/api/v1/users', { body, params: { header: { 'Idempotency-Key': crypto.randomUUID() } } })),
    onSuccess: (made) => {
      for (const key of ['users', 'facets', 'organizations']) void queries.invalidateQueries({ queryKey: [key] });
      toastOutcome({ outcome: 'done', text: invite ? t('{name} is invited by mail.', { name: made.username }) : t('{name} is made. No mail was sent.', { name: made.username }) });
      onClose(made);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!values.email.trim() || slug === '' || create.isPending) return;
    const { first_name, last_name, email, username } = values;
    create.mutate({
      organization: slug, email: email.trim(), first_name: first_name.trim(), last_name: last_name.trim(), ...(username.trim() ? { username: username.trim() } : {}),
      roles: [{ role: chosen, organization: slug }], ...(mfa ? { mfa: { required: true } } : {}), invite,
    });
  };
  const field = (name: keyof Values) => ({
    size: 'xs', value: values[name], error: create.error?.pointer === `/${name}` ? create.error.detail : undefined,
    onChange: (event: { target: { value: string } }) => { setValues({ ...values, [name]: event.target.value }); },
  });
  const told = create.error?.pointer !== undefined && ['/email', '/username', '/first_name', '/last_name'].includes(create.error.pointer);
  return (
    <Modal opened onClose={() => { onClose(); }} withCloseButton={false} centered size={520} attributes={{ content: { 'aria-label': t('New user') } }}>
      <form className="dialog" onSubmit={submit} noValidate>
        <h2>{t('New user')}</h2>
        <p className="mute">{t('An account in the portal directory. Users of a connected directory are made in that directory.')}</p>
        <OrganizationPicker label={t('Organization')} slug={slug} onChoose={(one) => { setSlug(one.slug); }} />
        <div className="two"><TextInput label={t('First name')} data-autofocus {...field('first_name')} /><TextInput label={t('Last name')} {...field('last_name')} /></div>
        <TextInput label={t('E-mail')} type="email" required {...field('email')} />
        <div className="two">
          <TextInput label={t('Username')} description={t('Left out, the e-mail address.')} inputWrapperOrder={['label', 'input', 'description', 'error']} autoCapitalize="none" spellCheck={false} {...field('username')} />
          <NativeSelect size="xs" label={t('Role')} value={chosen} data={roles.map((value) => ({ value, label: ROLE_WORD[value] ?? value }))} onChange={(event) => { setRole(event.currentTarget.value); }} />
        </div>
        <Switch size="xs" label={t('Require a second factor')} checked={mfa} onChange={(event) => { setMfa(event.currentTarget.checked); }} />
        <Switch size="xs" label={t('Send the invitation now')} checked={invite} onChange={(event) => { setInvite(event.currentTarget.checked); }} />
        {create.error && !told ? <p className="formerror" role="alert">{create.error.detail}</p> : null}
        <div className="dfoot">
          <Button size="xs" variant="default" onClick={() => { onClose(); }}>{t('Cancel')}</Button>
          <Button size="xs" type="submit" disabled={!values.email.trim() || slug === ''} loading={create.isPending}>{invite ? t('Invite') : t('Make user')}</Button>
        </div>
      </form>
    </Modal>
  );
}
