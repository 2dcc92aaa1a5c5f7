import { ActionIcon, Button, Drawer, Modal } from '@mantine/core';
import { IconPencil, IconTrash, IconUsers, IconX } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { client, unwrap, type Role } from '../../api/client';
import { t } from '../../shared/i18n';
import { PermissionList } from '../../shared/PermissionChoice';
import { missing, permissionWord } from '../../shared/permissions';
import { toastOutcome } from '../../shared/toasts';
import { roleMeaning, roleName } from '../../shared/roleModel';
import { useOrganizationWithMine } from '../../shared/useRoles';

interface Props {
  role: Role;
  onClose: () => void;
  onEdit: () => void;
  onHolders: () => void;
}

/** Why the operator may not change this role; empty when they may. */
function useWhyNot(role: Role): string {
  const organization = useOrganizationWithMine(role.organization?.slug ?? '');
  if (role.built_in) return t('This role is built in. Make one of your own instead.');
  const held = organization.data?.permissions;
  if (!held) return organization.error ? t('It belongs to an organization above your scope.') : t('Asking what you hold there');
  if (!held.includes('roles.manage')) return t('You need the permission to make and change roles there.');
  const lacking = missing(role.permissions, held);
  return lacking.length > 0 ? t('It may more than you: {words}', { words: lacking.map(permissionWord).join(', ') }) : '';
}

export function RoleDrawer({ role, onClose, onEdit, onHolders }: Props) {
  const whyNot = useWhyNot(role);
  const [deleting, setDeleting] = useState(false);
  const off = whyNot ? { 'aria-disabled': true, 'data-off': true, 'data-tip': whyNot } : {};
  const name = roleName(role);
  return (
    <Drawer opened onClose={onClose} position="right" size={560} padding={0} withCloseButton={false} withOverlay={false} trapFocus={false} closeOnClickOutside={false} className="userd" attributes={{ content: { 'aria-label': t('Details of {name}', { name }) } }}>
      <header className="dhead ud">
        <div className="udt">
          <span className="eyebrow">{role.organization ? <bdi>{role.organization.name}</bdi> : t('Built in')}</span>
          <h2><bdi>{name}</bdi></h2>
          <div className="udm"><span className="mute">{roleMeaning(role)}</span></div>
        </div>
        <ActionIcon variant="subtle" size={28} className="qi" aria-label={t('Close details')} onClick={onClose}><IconX size={18} /></ActionIcon>
      </header>
      <div className="udact">
        <Button size="xs" variant="default" leftSection={<IconUsers size={15} />} onClick={onHolders}>{t('Who has it')}</Button>
        <Button size="xs" variant="default" leftSection={<IconPencil size={15} />} {...off} onClick={() => { if (!whyNot) onEdit(); }}>{t('Edit role')}</Button>
        <Button size="xs" variant="default" leftSection={<IconTrash size={15} />} {...off} onClick={() => { if (!whyNot) setDeleting(true); }}>{t('Delete role')}</Button>
      </div>
      <div className="udb scroll" tabIndex={0} role="region" aria-label={t('Details')}>
        {whyNot && !role.built_in ? <p className="why-not mute">{whyNot}</p> : null}
        <PermissionList permissions={role.permissions} />
      </div>
      {deleting ? <DeleteRole role={role} onClose={(gone) => { setDeleting(false); if (gone) onClose(); }} /> : null}
    </Drawer>
  );
}

function DeleteRole({ role, onClose }: { role: Role; onClose: (gone: boolean) => void }) {
  const queries = useQueryClient();
  const remove = useMutation({
    mutationFn: () => unwrap(client.DELETE('/api/v1/roles/{id}', { params: { path: { id: role.id } } })),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ['roles'] });
      toastOutcome({ outcome: 'done', text: t('The role {name} is deleted.', { name: role.name }) });
      onClose(true);
    },
  });
  const title = t('Delete role');
  return (
    <Modal opened onClose={() => { onClose(false); }} withCloseButton={false} centered size={440} attributes={{ content: { 'aria-label': title } }}>
      <div className="dialog">
        <h2>{title}: <bdi>{role.name}</bdi></h2>
        <p>{t('Nobody may have it any more. It cannot be brought back.')}</p>
        {remove.error ? <p className="formerror" role="alert">{remove.error.detail}</p> : null}
        <div className="dfoot">
          <Button size="xs" variant="default" onClick={() => { onClose(false); }} data-autofocus>{t('Cancel')}</Button>
          <Button size="xs" className="danger" loading={remove.isPending} onClick={() => { remove.mutate(); }}>{title}</Button>
        </div>
      </div>
    </Modal>
  );
}
