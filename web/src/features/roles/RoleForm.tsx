import { Button, Modal, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { client, unwrap, type Permission, type Role } from '../../api/client';
import { t } from '../../shared/i18n';
import { OrganizationPicker } from '../../shared/OrganizationPicker';
import { PermissionChoice } from '../../shared/PermissionChoice';
import { missing } from '../../shared/permissions';
import { useMe } from '../../shared/session';
import { toastOutcome } from '../../shared/toasts';
import { useOrganizationWithMine } from '../../shared/useRoles';

/** A new role, or what one gives. Nobody makes a role that may more than they do. */
export function RoleForm({ role, onClose }: { role?: Role; onClose: (saved?: Role) => void }) {
  const me = useMe();
  const queries = useQueryClient();
  const [slug, setSlug] = useState(role?.organization?.slug ?? me?.scope.slug ?? '');
  const [name, setName] = useState(role?.name ?? '');
  const [chosen, setChosen] = useState<Permission[]>(role?.permissions ?? ['users.view']);
  const organization = useOrganizationWithMine(slug);
  const held = organization.data?.permissions;
  const save = useMutation({
    mutationFn: () => role
      ? unwrap(client.PATCH('/api/v1/roles/{id}', { params: { path: { id: role.id } }, body: { name: name.trim(), permissions: chosen } }))
      : unwrap(client.POST('/api/v1/roles', { body: { organization: slug, name: name.trim(), permissions: chosen } })),
    onSuccess: (saved) => {
      for (const key of ['roles', 'grants', 'users', 'me']) void queries.invalidateQueries({ queryKey: [key] });
      toastOutcome({ outcome: 'done', text: role ? t('The role {name} is changed.', { name: saved.name }) : t('The role {name} is made.', { name: saved.name }) });
      onClose(saved);
    },
  });
  const lacking = held ? missing(chosen, held) : [];
  const manages = held?.includes('roles.manage') ?? true;
  const ready = name.trim() !== '' && slug !== '' && held !== undefined && lacking.length === 0 && manages;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (ready && !save.isPending) save.mutate();
  };
  const title = role ? t('Edit role') : t('New role');
  return (
    <Modal opened onClose={() => { onClose(); }} withCloseButton={false} centered size={640} attributes={{ content: { 'aria-label': title } }}>
      <form className="dialog" onSubmit={submit} noValidate>
        <h2>{title}</h2>
        <div className="two">
          <TextInput size="xs" label={t('Name')} value={name} maxLength={100} data-autofocus required withAsterisk={false} error={save.error?.pointer === '/name' ? save.error.detail : undefined} onChange={(event) => { setName(event.target.value); }} />
          {role ? <TextInput size="xs" label={t('Organization')} value={role.organization?.name ?? ''} disabled /> : <OrganizationPicker label={t('Organization')} slug={slug} onChoose={(one) => { setSlug(one.slug); }} />}
        </div>
        <p className="mute">{t('It can be given there and below. It holds nothing that you do not hold there yourself.')}</p>
        {organization.error ? <p className="formerror" role="alert">{organization.error.detail}</p> : null}
        {manages ? null : <p className="formerror" role="alert">{t('You need the permission to make and change roles there.')}</p>}
        <PermissionChoice chosen={chosen} onChange={setChosen} held={held} where={organization.data?.name ?? slug} />
        {save.error && save.error.pointer !== '/name' ? <p className="formerror" role="alert">{save.error.detail}</p> : null}
        <div className="dfoot">
          <Button size="xs" variant="default" onClick={() => { onClose(); }}>{t('Cancel')}</Button>
          <Button size="xs" type="submit" disabled={!ready} loading={save.isPending}>{role ? t('Save') : t('Make role')}</Button>
        </div>
      </form>
    </Modal>
  );
}
