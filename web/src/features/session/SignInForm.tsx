import { Button, Checkbox, PasswordInput, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { client, setCsrfToken, unwrap } from '../../api/client';
import { words } from './words';

export function SignInForm({ onSignedIn }: { onSignedIn: () => void }) {
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const [withCode, setWithCode] = useState(false);
  const [totp, setTotp] = useState('');
  const signIn = useMutation({
    mutationFn: () => unwrap(client.POST('/api/v1/session', {
      body: { username: username.trim(), password, ...(withCode && totp.trim() ? { totp: totp.trim() } : {}) },
    })),
    onSuccess: (session) => {
      setCsrfToken(session.csrf_token);
      onSignedIn();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (username.trim() && password && !signIn.isPending) signIn.mutate();
  };
  return (
    <form className="fields" onSubmit={submit}>
      <TextInput label={words.username} autoComplete="username" autoCapitalize="none" spellCheck={false} size="sm" value={username} data-autofocus
        onChange={(event) => { setUsername(event.target.value); }} required withAsterisk={false} />
      <PasswordInput label={words.password} autoComplete="current-password" size="sm" value={password} required withAsterisk={false}
        onChange={(event) => { setPassword(event.target.value); }} visibilityToggleButtonProps={{ 'aria-label': words.showPassword }} />
      {withCode ? (
        <TextInput label={words.code} description={words.codeHint} autoComplete="one-time-code" inputMode="numeric" size="sm" value={totp}
          onChange={(event) => { setTotp(event.target.value); }} />
      ) : (
        <Checkbox size="xs" label={words.haveCode} checked={withCode} onChange={() => { setWithCode(true); }} />
      )}
      {signIn.error ? <p className="formerror" role="alert">{signIn.error.status === 401 ? words.refused : signIn.error.detail}</p> : null}
      <Button type="submit" fullWidth size="sm" loading={signIn.isPending}>{words.continue}</Button>
    </form>
  );
}
