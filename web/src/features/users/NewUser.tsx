import { Button, Modal, NativeSelect, Switch, TextInput } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { client, unwrap, type ApiError, type Role, type User, type UserCreate } from '../../api/client';
import { t } from '../../shared/i18n';
import { OrganizationPicker } from '../../shared/OrganizationPicker';
import { endOfDay, roleMeaning, roleName, whyNotGiven } from '../../shared/roleModel';
import { useMe } from '../../shared/session';
import { toastOutcome } from '../../shared/toasts';
import { rolesQuery, useOrganizationWithMine } from '../../shared/useRoles';

type Field = 'first_name' | 'last_name' | 'email' | 'username' | 'phone';

interface Assignment {
  key: number;
  role: string;
  /** null: where the account is at home. */
  slug: string | null;
  until: string;
}

const EMPTY: Record<Field, string> = { first_name: '', last_name: '', email: '', username: '', phone: '' };
const FIRST: Assignment = { key: 0, role: 'user', slug: null, until: '' };
const ASSIGNMENTS_MAX = 50;

/** A new account in the portal directory of an organization: who, with which roles where, and how they sign in. */
export function NewUser({ scope, onClose }: { scope: string | undefined; onClose: (made?: User) => void }) {
  const me = useMe();
  const queries = useQueryClient();
  const roles = useQuery(rolesQuery);
  const [slug, setSlug] = useState(scope ?? me?.scope.slug ?? '');
  const [values, setValues] = useState(EMPTY);
  const [assignments, setAssignments] = useState<readonly Assignment[]>([FIRST]);
  const [invite, setInvite] = useState(true);
  const [mfa, setMfa] = useState(false);
  const [federated, setFederated] = useState(false);
  const [reason, setReason] = useState('');
  const create = useMutation({
    mutationFn: (body: UserCreate) => unwrap(client.POST('/api/v1/users', { body, params: { header: { 'Idempotency-Key': crypto.randomUUID() } } })),
    onSuccess: (made) => {
      for (const key of ['users', 'facets', 'organizations', 'grants']) void queries.invalidateQueries({ queryKey: [key] });
      toastOutcome({ outcome: 'done', text: invite ? t('{name} is invited by mail.', { name: made.username }) : t('{name} is made. No mail was sent.', { name: made.username }) });
      onClose(made);
    },
  });
  const ready = values.email.trim() !== '' && slug !== '' && assignments.every((one) => one.role !== '');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!ready || create.isPending) return;
    const { first_name, last_name, email, username, phone } = values;
    create.mutate({
      organization: slug, email: email.trim(), first_name: first_name.trim(), last_name: last_name.trim(), ...(username.trim() ? { username: username.trim() } : {}), ...(phone.trim() ? { phone: phone.trim() } : {}),
      roles: assignments.map((one) => ({ role: one.role, organization: one.slug ?? slug, ...(endOfDay(one.until) ? { expires_at: endOfDay(one.until) } : {}) })),
      ...(mfa ? { mfa: { required: true } } : {}), ...(federated ? { federated_only: true } : {}), ...(reason.trim() ? { reason: reason.trim() } : {}), invite,
    });
  };
  const field = (name: Field) => ({
    size: 'xs', value: values[name], error: create.error?.pointer === `/${name}` ? create.error.detail : undefined,
    onChange: (event: { target: { value: string } }) => { setValues({ ...values, [name]: event.target.value }); },
  });
  const change = (key: number, next: Partial<Assignment>) => { setAssignments(assignments.map((one) => (one.key === key ? { ...one, ...next } : one))); };
  const told = create.error?.pointer !== undefined && (create.error.pointer === '/reason' || create.error.pointer.slice(1) in EMPTY || create.error.pointer.startsWith('/roles/'));
  return (
    <Modal opened onClose={() => { onClose(); }} withCloseButton={false} centered size={600} attributes={{ content: { 'aria-label': t('New user') } }}>
      <form className="dialog newuser" onSubmit={submit} noValidate>
        <h2>{t('New user')}</h2>
        <p className="mute">{t('An account in the portal directory. Users of a connected directory are made in that directory.')}</p>
        <fieldset>
          <legend>{t('Who')}</legend>
          <div className="two"><TextInput label={t('First name')} data-autofocus {...field('first_name')} /><TextInput label={t('Last name')} {...field('last_name')} /></div>
          <div className="two"><TextInput label={t('E-mail')} type="email" required {...field('email')} /><TextInput label={t('Phone')} type="tel" {...field('phone')} /></div>
          <div className="two">
            <OrganizationPicker label={t('Organization')} slug={slug} onChoose={(one) => { setSlug(one.slug); }} />
            <TextInput label={t('Username')} placeholder={values.email.trim() || t('Left out, the e-mail address.')} autoCapitalize="none" spellCheck={false} {...field('username')} />
          </div>
        </fieldset>
        <fieldset>
          <legend>{t('Roles')}</legend>
          {assignments.map((one, i) => (
            <AssignmentRow key={one.key} at={i} assignment={one} home={slug} roles={roles.data?.items ?? []} error={create.error} onChange={(next) => { change(one.key, next); }}
              onRemove={assignments.length > 1 ? () => { setAssignments(assignments.filter((other) => other.key !== one.key)); } : undefined} />
          ))}
          {assignments.length < ASSIGNMENTS_MAX ? <div><button type="button" className="lk" onClick={() => { setAssignments([...assignments, { ...FIRST, key: Math.max(...assignments.map((one) => one.key)) + 1 }]); }}><IconPlus size={14} aria-hidden /> {t('Another role')}</button></div> : null}
        </fieldset>
        <fieldset>
          <legend>{t('Sign-in')}</legend>
          <Switch size="xs" label={t('Require a second factor')} checked={mfa} onChange={(event) => { setMfa(event.currentTarget.checked); }} />
          <Switch size="xs" label={t('Only single sign-on')} description={federated ? t('There is no password: the organization’s identity provider lets them in.') : undefined} checked={federated} onChange={(event) => { setFederated(event.currentTarget.checked); }} />
          <Switch size="xs" label={t('Send the invitation now')} checked={invite} onChange={(event) => { setInvite(event.currentTarget.checked); }} />
        </fieldset>
        <TextInput size="xs" label={t('Reason')} value={reason} maxLength={500} error={create.error?.pointer === '/reason' ? create.error.detail : undefined} onChange={(event) => { setReason(event.target.value); }} />
        {create.error && !told ? <p className="formerror" role="alert">{create.error.detail}</p> : null}
        <div className="dfoot">
          <Button size="xs" variant="default" onClick={() => { onClose(); }}>{t('Cancel')}</Button>
          <Button size="xs" type="submit" disabled={!ready} loading={create.isPending}>{invite ? t('Invite') : t('Make user')}</Button>
        </div>
      </form>
    </Modal>
  );
}

interface RowProps {
  at: number;
  assignment: Assignment;
  home: string;
  roles: readonly Role[];
  error: ApiError | null;
  onChange: (next: Partial<Assignment>) => void;
  onRemove: (() => void) | undefined;
}

/** A role on an organization, until a day. What one may not give is greyed with the reason. */
function AssignmentRow({ at, assignment, home, roles, error, onChange, onRemove }: RowProps) {
  const slug = assignment.slug ?? home;
  const organization = useOrganizationWithMine(slug);
  const held = organization.data?.permissions ?? [];
  const choices = roles.map((role) => ({ role, whyNot: organization.data ? whyNotGiven(role, organization.data, held) : '' }));
  const chosen = choices.find((one) => one.role.id === assignment.role);
  const wrong = (name: string) => (error?.pointer === `/roles/${String(at)}/${name}` || (name === 'role' && error?.pointer === `/roles/${String(at)}`) ? error.detail : undefined);
  const n = at + 1;
  return (
    <div className="assign">
      <NativeSelect size="xs" aria-label={t('Role {n}', { n })} value={chosen && !chosen.whyNot ? assignment.role : ''} error={wrong('role')} data-tip={chosen ? roleMeaning(chosen.role) : undefined} onChange={(event) => { onChange({ role: event.currentTarget.value }); }}
        data={[...(chosen && !chosen.whyNot ? [] : [{ value: '', label: t('Choose a role'), disabled: true }]), ...choices.map(({ role, whyNot }) => ({ value: role.id, label: whyNot ? `${roleName(role)} (${whyNot})` : roleName(role), disabled: whyNot !== '' }))]} />
      <OrganizationPicker label={t('Organization of role {n}', { n })} hideLabel slug={slug} onChoose={(one) => { onChange({ slug: one.slug }); }} error={wrong('organization')} />
      <TextInput size="xs" type="date" aria-label={t('End of role {n}', { n })} value={assignment.until} error={wrong('expires_at')} data-tip={t('Left out, it has no end. The day counts in GMT.')} onChange={(event) => { onChange({ until: event.target.value }); }} />
      {onRemove ? <button type="button" className="qi rm" aria-label={t('Remove role {n}', { n })} onClick={onRemove}><IconX size={15} aria-hidden /></button> : <span />}
    </div>
  );
}
