import { Button, PasswordInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { client, unwrap } from '../../api/client';
import { t } from '../../shared/i18n';
import { toastOutcome } from '../../shared/toasts';

const EMPTY = { current: '', password: '', again: '' };

/** Changes one's own password. What the policy wants is said by the server, in its words. */
export function PasswordForm({ username }: { username: string }) {
  const queries = useQueryClient();
  const [values, setValues] = useState(EMPTY);
  const [tried, setTried] = useState(false);
  const change = useMutation({
    mutationFn: () => unwrap(client.POST('/api/v1/me/password', { body: { current_password: values.current, password: values.password } })),
    onSuccess: () => {
      setValues(EMPTY);
      setTried(false);
      void queries.invalidateQueries({ queryKey: ['sessions'] });
      toastOutcome({ outcome: 'done', text: t('Your password is changed. Your other sessions ended.') });
    },
  });
  const differs = values.password !== values.again;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (values.current && values.password && !differs && !change.isPending) change.mutate();
  };
  const { error } = change;
  const field = (name: keyof typeof EMPTY) => ({
    size: 'xs', value: values[name], visibilityToggleButtonProps: { 'aria-label': t('Show password') },
    onChange: (event: { target: { value: string } }) => { setValues({ ...values, [name]: event.target.value }); },
  });
  return (
    <form className="setform" onSubmit={submit} noValidate>
      <input type="text" name="username" autoComplete="username" value={username} readOnly hidden />
      <PasswordInput label={t('Your password now')} autoComplete="current-password" error={error?.pointer === '/current_password' ? error.detail : undefined} {...field('current')} />
      <div className="two">
        <PasswordInput label={t('New password')} autoComplete="new-password" error={error?.pointer === '/password' ? error.detail : undefined} {...field('password')} />
        <PasswordInput label={t('New password again')} autoComplete="new-password" error={tried && differs ? t('The two passwords are not the same.') : undefined} {...field('again')} />
      </div>
      {error && error.pointer !== '/current_password' && error.pointer !== '/password' ? <p className="formerror" role="alert">{error.detail}</p> : null}
      <div><Button size="xs" type="submit" disabled={!values.current || !values.password || !values.again} loading={change.isPending}>{t('Change password')}</Button></div>
    </form>
  );
}
