import { Button, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { client, unwrap, type Me } from '../../api/client';
import { t } from '../../shared/i18n';
import { roleName } from '../../shared/roleModel';
import { useMe } from '../../shared/session';
import { dayOf } from '../../shared/time';
import { toastOutcome } from '../../shared/toasts';
import { Part } from './Part';

type Field = 'first_name' | 'last_name' | 'phone';

/** One's own name and phone; the rest is for whoever manages the accounts. */
export function Profile() {
  const me = useMe();
  if (!me) return null;
  const { account, roles } = me;
  return (
    <>
      <Part title={t('Profile')} note={t('Your username and e-mail are changed by whoever manages your account.')}>
        <ProfileForm key={`${account.first_name} ${account.last_name} ${account.phone}`} account={account} />
      </Part>
      <Part title={t('What you may do')} note={t('A role holds on its organization and on all below it.')}>
        <dl>
          {roles.map((grant) => <div className="fld" key={`${grant.role} ${grant.organization.id}`}><dt>{roleName({ id: grant.role, name: grant.title })}</dt><dd><bdi>{grant.organization.name}</bdi>{grant.expires_at ? <span className="mute"> {t('until {time}', { time: dayOf(grant.expires_at) })}</span> : null}</dd></div>)}
          <div className="fld"><dt>{t('Server')}</dt><dd className="mono">Tenantry {me.version}</dd></div>
        </dl>
      </Part>
    </>
  );
}

function ProfileForm({ account }: { account: Me['account'] }) {
  const queries = useQueryClient();
  const [values, setValues] = useState<Record<Field, string>>({ first_name: account.first_name, last_name: account.last_name, phone: account.phone });
  const fields: Field[] = ['first_name', 'last_name', 'phone'];
  const changed = fields.filter((name) => values[name] !== account[name]);
  const save = useMutation({
    mutationFn: () => unwrap(client.PATCH('/api/v1/me', { body: Object.fromEntries(changed.map((name) => [name, values[name].trim()])) })),
    onSuccess: () => {
      for (const key of ['me', 'users', 'user']) void queries.invalidateQueries({ queryKey: [key] });
      toastOutcome({ outcome: 'done', text: t('Your profile is saved.') });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (changed.length > 0 && !save.isPending) save.mutate();
  };
  const field = (name: Field) => ({
    size: 'xs', value: values[name], error: save.error?.pointer?.endsWith(`/${name}`) ? save.error.detail : undefined,
    onChange: (event: { target: { value: string } }) => { setValues({ ...values, [name]: event.target.value }); },
  });
  return (
    <form className="setform" onSubmit={submit} noValidate>
      <div className="two">
        <TextInput label={t('First name')} autoComplete="given-name" {...field('first_name')} />
        <TextInput label={t('Last name')} autoComplete="family-name" {...field('last_name')} />
      </div>
      <TextInput label={t('Phone')} type="tel" autoComplete="tel" {...field('phone')} />
      <div className="two">
        <TextInput size="xs" label={t('Username')} value={account.username} readOnly className="ro" />
        <TextInput size="xs" label={t('E-mail')} value={account.email} readOnly className="ro" />
      </div>
      {save.error && !save.error.pointer ? <p className="formerror" role="alert">{save.error.detail}</p> : null}
      <div><Button size="xs" type="submit" disabled={changed.length === 0} loading={save.isPending}>{t('Save')}</Button></div>
    </form>
  );
}
