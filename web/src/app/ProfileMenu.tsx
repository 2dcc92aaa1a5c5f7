import { Menu } from '@mantine/core';
import { IconKeyboard, IconLanguage, IconLogout, IconSettings } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { client, unwrap } from '../api/client';
import { chooseLanguage, LANGUAGES, otherLanguages, t } from '../shared/i18n';
import { useForgetOperator, useMe } from '../shared/session';
import { toastError } from '../shared/toasts';

export function ProfileMenu({ onKeys }: { onKeys: () => void }) {
  const me = useMe();
  const navigate = useNavigate();
  const forget = useForgetOperator();
  const signOut = useMutation({
    mutationFn: () => unwrap(client.DELETE('/api/v1/session')),
    onSuccess: async () => {
      await navigate({ to: '/sign-in', search: {} });
      forget();
    },
    onError: toastError,
  });
  if (!me) return null;
  const { account, roles } = me;
  const name = account.display_name || account.username;
  return (
    <Menu position="bottom-end" width={264} withInitialFocusPlaceholder={false} offset={8}>
      <Menu.Target>
        <button type="button" className="me" aria-label={t('{initials}, account of {name}', { initials: initials(name), name })} data-tip={name}>{initials(name)}</button>
      </Menu.Target>
      <Menu.Dropdown className="amenu" aria-label={t('Account of {name}', { name })}>
        <div className="mehead" role="presentation">
          <b><bdi>{name}</bdi></b>
          <span>{account.email}</span>
          {roles.map((grant) => <span key={`${grant.role} ${grant.organization.id}`}>{grant.title}, <bdi>{grant.organization.name}</bdi></span>)}
        </div>
        <Menu.Item leftSection={<IconSettings size={16} stroke={1.7} />} onClick={() => { void navigate({ to: '/settings', search: {} }); }}>{t('Settings')}</Menu.Item>
        <Menu.Item leftSection={<IconKeyboard size={16} stroke={1.7} />} onClick={onKeys}>{t('All keys')}</Menu.Item>
        {otherLanguages().map((language) => (
          <Menu.Item key={language} lang={language} leftSection={<IconLanguage size={16} stroke={1.7} />} onClick={() => { chooseLanguage(language); }}>{LANGUAGES[language]}</Menu.Item>
        ))}
        <Menu.Item leftSection={<IconLogout size={16} stroke={1.7} />} onClick={() => { signOut.mutate(); }}>{t('Sign out')}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function initials(name: string): string {
  const parts = name.split(/\s+/).filter(Boolean);
  const first = parts.at(0) ?? '?';
  const last = parts.length > 1 ? parts.at(-1) ?? '' : '';
  return ([...first].slice(0, 1).join('') + [...last].slice(0, 1).join('')).toUpperCase();
}
