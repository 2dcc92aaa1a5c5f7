import { Button, Modal, NativeSelect, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { client, unwrap, type Role, type User } from '../api/client';
import { t } from './i18n';
import { OrganizationPicker } from './OrganizationPicker';
import { useMe } from './session';
import { toastOutcome } from './toasts';
import { ACCOUNTS, UserPicker } from './UserPicker';
import { endOfDay, roleMeaning, roleName, whyNotGiven } from './roleModel';
import { useOrganizationWithMine } from './useRoles';

/** Gives a role to an account, on an organization and all below it, for good or until a day. */
export function GrantForm({ roles, user: given, onClose }: { roles: readonly Role[]; user?: User; onClose: () => void }) {
  const me = useMe();
  const queries = useQueryClient();
  const [user, setUser] = useState<User | null>(given ?? null);
  const [slug, setSlug] = useState<string | null>(null);
  const [roleId, setRoleId] = useState('');
  const [until, setUntil] = useState('');
  const [reason, setReason] = useState('');
  // A role is most often given where the account lives.
  const where = slug ?? user?.organization.slug ?? me?.scope.slug ?? '';
  const organization = useOrganizationWithMine(where);
  const held = organization.data?.permissions ?? [];
  const choices = roles.map((role) => ({ role, whyNot: organization.data ? whyNotGiven(role, organization.data, held) : '' }));
  const role = choices.find((one) => one.role.id === roleId && !one.whyNot)?.role;
  const give = useMutation({
    mutationFn: ({ id }: User) => unwrap(client.POST('/api/v1/users/{id}/actions/{action}', {
      params: { path: { id, action: 'assign_role' }, header: { 'Idempotency-Key': crypto.randomUUID() } },
      body: { parameters: { role: roleId, organization: where, ...(endOfDay(until) ? { expires_at: endOfDay(until) } : {}) }, ...(reason.trim() ? { reason: reason.trim() } : {}) },
    })),
    onSuccess: (result) => {
      for (const key of ['grants', 'users', 'user', 'me', 'activity']) void queries.invalidateQueries({ queryKey: [key] });
      if (result.outcome === 'failed' || result.outcome === 'skipped') return;
      toastOutcome({ outcome: result.outcome, text: result.outcome === 'done' && role ? t('{name} has the role {role}.', { name: result.user.username, role: roleName(role) }) : result.detail });
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (user && role && !give.isPending) give.mutate(user);
  };
  const at = (name: string) => (give.error?.pointer === `/parameters/${name}` ? give.error.detail : undefined);
  return (
    <Modal opened onClose={onClose} withCloseButton={false} centered size={520} attributes={{ content: { 'aria-label': t('Give a role') } }}>
      <form className="dialog" onSubmit={submit} noValidate>
        <h2>{t('Give a role')}</h2>
        <UserPicker label={t('To whom')} chosen={user} filter={ACCOUNTS} onChoose={setUser} />
        <OrganizationPicker label={t('On which organization')} slug={where} onChoose={(one) => { setSlug(one.slug); }} />
        <NativeSelect size="xs" label={t('Role')} value={role ? roleId : ''} onChange={(event) => { setRoleId(event.target.value); }} error={at('role')} description={role ? roleMeaning(role) : undefined} inputWrapperOrder={['label', 'input', 'description', 'error']}
          data={[{ value: '', label: t('Choose a role'), disabled: true }, ...choices.map((one) => ({ value: one.role.id, label: one.whyNot ? `${roleName(one.role)} (${one.whyNot})` : roleName(one.role), disabled: one.whyNot !== '' }))]} />
        <div className="two">
          <TextInput size="xs" type="date" label={t('Until')} value={until} description={t('Left out, it has no end. The day counts in GMT.')} inputWrapperOrder={['label', 'input', 'description', 'error']} error={at('expires_at')} onChange={(event) => { setUntil(event.target.value); }} />
          <TextInput size="xs" label={t('Reason')} value={reason} maxLength={500} onChange={(event) => { setReason(event.target.value); }} />
        </div>
        {organization.error ? <p className="formerror" role="alert">{organization.error.detail}</p> : null}
        {give.error && !at('role') && !at('expires_at') ? <p className="formerror" role="alert">{give.error.detail}</p> : null}
        {give.data ? <p className="formerror" role="alert">{give.data.detail}</p> : null}
        <div className="dfoot">
          <Button size="xs" variant="default" onClick={onClose}>{t('Cancel')}</Button>
          <Button size="xs" type="submit" disabled={!user || !role} loading={give.isPending}>{t('Give the role')}</Button>
        </div>
      </form>
    </Modal>
  );
}
