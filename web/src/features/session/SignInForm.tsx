import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState, type FormEvent } from 'react';
import { client, setCsrfToken, unwrap } from '../../api/client';
import { words } from './words';

/** Name and password; the code when the server asks for it; the rest of a sign-in that needs more at its own page. */
export function SignInForm({ onSignedIn }: { onSignedIn: () => void }) {
  const navigate = useNavigate();
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
    onError: ({ kind, linkToken }) => {
      if (kind === 'second-factor-required') setWithCode(true);
      else if (linkToken) void navigate({ to: '/link', hash: linkToken });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (username.trim() && password && !signIn.isPending) signIn.mutate();
  };
  const { error } = signIn;
  const asked = error?.kind === 'second-factor-required';
  return (
    <form className="fields" onSubmit={submit}>
      <TextInput label={words.username} autoComplete="username" autoCapitalize="none" spellCheck={false} size="sm" value={username} data-autofocus
        onChange={(event) => { setUsername(event.target.value); }} required withAsterisk={false} />
      <PasswordInput label={words.password} autoComplete="current-password" size="sm" value={password} required withAsterisk={false}
        onChange={(event) => { setPassword(event.target.value); }} visibilityToggleButtonProps={{ 'aria-label': words.showPassword }} />
      {withCode ? (
        <TextInput label={words.code} description={asked ? words.needCode : words.codeHint} autoComplete="one-time-code" inputMode="numeric" size="sm" value={totp} autoFocus
          onChange={(event) => { setTotp(event.target.value); }} />
      ) : null}
      {error && !asked ? <p className="formerror" role="alert">{error.status === 401 && error.kind === 'unauthenticated' ? <>{words.refused}<span className="mute more">{words.refusedMore}</span></> : error.detail}</p> : null}
      <Button type="submit" fullWidth size="sm" loading={signIn.isPending}>{words.continue}</Button>
    </form>
  );
}
