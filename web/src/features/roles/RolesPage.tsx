import { Button, Tabs } from '@mantine/core';
import { IconHelpCircle, IconPlus, IconUserShield } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import type { Role } from '../../api/client';
import { EmptyFace, ErrorFace, LoadingFace } from '../../shared/Faces';
import { t } from '../../shared/i18n';
import { count } from '../../shared/numbers';
import { PERMISSION_COUNT } from '../../shared/permissions';
import { useMay } from '../../shared/session';
import { GrantForm } from '../../shared/GrantForm';
import { Grants } from './Grants';
import { RoleDrawer } from './RoleDrawer';
import { RoleForm } from './RoleForm';
import { roleMeaning, roleName } from '../../shared/roleModel';
import type { RolesSearch } from './search';
import { rolesQuery } from '../../shared/useRoles';
import { WhyDrawer } from './WhyDrawer';

/** What roles there are, who has which, and why somebody may or may not. */
export function RolesPage() {
  const { part, role: opened } = useSearch({ from: '/shell/roles' });
  const navigate = useNavigate();
  const go = (change: Partial<RolesSearch>) => { void navigate({ to: '/roles', search: (s) => ({ ...s, ...change }) }); };
  const roles = useQuery(rolesQuery);
  const mayMake = useMay('roles.manage');
  const mayGive = useMay('users.edit');
  const [form, setForm] = useState<'role' | 'grant' | 'why' | null>(null);
  const [editing, setEditing] = useState<Role | null>(null);
  const items = roles.data?.items ?? [];
  const chosen = items.find((one) => one.id === opened);
  const grants = part === 'grants';
  return (
    <div className="page">
      <div className="phead">
        <h1>{t('Roles')}</h1>
        <div className="ptotal"><b>{roles.data ? count(roles.data.total) : '–'}</b></div>
        <span className="grow" />
        <Button size="xs" variant="default" leftSection={<IconHelpCircle size={15} />} onClick={() => { setForm('why'); }}>{t('Why can somebody …?')}</Button>
        {grants ? <Primary may={mayGive} why={t('You need the permission to edit users.')} onClick={() => { setForm('grant'); }}>{t('Give a role')}</Primary>
          : <Primary may={mayMake} why={t('You need the permission to make and change roles.')} onClick={() => { setForm('role'); }}>{t('New role')}</Primary>}
      </div>
      <Tabs value={grants ? 'grants' : 'roles'} onChange={(value) => { go({ part: value === 'grants' ? 'grants' : undefined, role: undefined }); }} className="ptabs" keepMounted={false}>
        <Tabs.List aria-label={t('Roles')}>
          <Tabs.Tab value="roles">{t('Roles')}</Tabs.Tab>
          <Tabs.Tab value="grants">{t('Who has what')}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="roles">
          {roles.isPending ? <LoadingFace what={t('roles')} /> : null}
          {roles.isError && items.length === 0 ? <ErrorFace what={t('The roles')} error={roles.error} retryInS={8} onRetry={() => void roles.refetch()} /> : null}
          {roles.data && items.length === 0 ? <EmptyFace title={t('No role is in your scope')} icon={IconUserShield} /> : null}
          {items.length > 0 ? <RoleTable roles={items} onOpen={(id) => { go({ role: id }); }} /> : null}
        </Tabs.Panel>
        <Tabs.Panel value="grants"><Grants roles={items} onGive={() => { setForm('grant'); }} /></Tabs.Panel>
      </Tabs>
      {chosen ? <RoleDrawer key={chosen.id} role={chosen} onClose={() => { go({ role: undefined }); }} onEdit={() => { setEditing(chosen); }} onHolders={() => { go({ part: 'grants', of: chosen.id, role: undefined }); }} /> : null}
      {form === 'role' ? <RoleForm onClose={(made) => { setForm(null); if (made) go({ role: made.id }); }} /> : null}
      {editing ? <RoleForm role={editing} onClose={() => { setEditing(null); }} /> : null}
      {form === 'grant' ? <GrantForm roles={items} onClose={() => { setForm(null); }} /> : null}
      {form === 'why' ? <WhyDrawer onClose={() => { setForm(null); }} /> : null}
    </div>
  );
}

function Primary({ may, why, onClick, children }: { may: boolean; why: string; onClick: () => void; children: string }) {
  return <Button size="xs" leftSection={<IconPlus size={15} />} aria-disabled={!may || undefined} data-off={!may || undefined} data-tip={may ? undefined : why} onClick={() => { if (may) onClick(); }}>{children}</Button>;
}

const HEADS = [t('Role'), t('Where it can be given'), t('What it may do'), t('Permissions')];

function RoleTable({ roles, onOpen }: { roles: readonly Role[]; onOpen: (id: string) => void }) {
  return (
    <div className="tablewrap flow" tabIndex={0} role="region" aria-label={t('Roles')}>
      <table className="acttable roletable">
        <thead><tr>{HEADS.map((head) => <th key={head} scope="col">{head}</th>)}</tr></thead>
        <tbody>
          {roles.map((role) => (
            <tr key={role.id} onClick={() => { onOpen(role.id); }}>
              <td><button type="button" className="olink" onClick={(event) => { event.stopPropagation(); onOpen(role.id); }}><b><bdi>{roleName(role)}</bdi></b></button></td>
              <td>{role.organization ? <><bdi>{role.organization.name}</bdi><span className="mute"> {t('and below')}</span></> : <span className="mute">{t('Everywhere, built in')}</span>}</td>
              <td className="wide ink2">{roleMeaning(role)}</td>
              <td className="tn mute">{t('{n} of {total}', { n: role.permissions.length, total: PERMISSION_COUNT })}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
