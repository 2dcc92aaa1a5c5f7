import { Button, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { client, unwrap } from '../../api/client';
import { words } from './words';

/** Finds the organization's identity provider and goes there. */
export function SingleSignOn({ onBack }: { onBack: () => void }) {
  const [login, setLogin] = useState('');
  const begin = useMutation({
    mutationFn: () => unwrap(client.POST('/api/v1/session/oidc', { body: { login: login.trim() } })),
    onSuccess: ({ url }) => { location.assign(url); },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (login.trim() && !begin.isPending) begin.mutate();
  };
  return (
    <form className="fields" onSubmit={submit}>
      <TextInput label={words.ssoName} autoComplete="username" autoCapitalize="none" spellCheck={false} size="sm" value={login} autoFocus onChange={(event) => { setLogin(event.target.value); }} />
      {begin.error ? <p className="formerror" role="alert">{begin.error.detail}</p> : null}
      <Button type="submit" fullWidth size="sm" disabled={!login.trim()} loading={begin.isPending || begin.isSuccess}>{words.ssoGo}</Button>
      <button type="button" className="lk" onClick={onBack}>{words.back}</button>
    </form>
  );
}
