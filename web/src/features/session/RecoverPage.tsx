import { Button, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState, type FormEvent } from 'react';
import { client, unwrap } from '../../api/client';
import { Frame } from './Frame';
import { words } from './words';

/** Asks for a link by mail. The answer does not tell whether there is such an account. */
export function RecoverPage() {
  const [username, setUsername] = useState('');
  const send = useMutation({ mutationFn: () => unwrap(client.POST('/api/v1/recovery', { body: { username: username.trim() } })) });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (username.trim() && !send.isPending) send.mutate();
  };
  return (
    <Frame title={words.recoverTitle}>
      <h1>{words.recoverTitle}</h1>
      {send.isSuccess ? <p className="below" role="status">{words.recoverSent}</p> : (
        <>
          <p className="mute">{words.recoverIntro}</p>
          <form className="fields" onSubmit={submit}>
            <TextInput label={words.username} autoComplete="username" autoCapitalize="none" spellCheck={false} size="sm" value={username} autoFocus onChange={(event) => { setUsername(event.target.value); }} />
            {send.error ? <p className="formerror" role="alert">{send.error.detail}</p> : null}
            <Button type="submit" fullWidth size="sm" loading={send.isPending}>{words.recoverSend}</Button>
          </form>
        </>
      )}
      <p className="below"><Link to="/sign-in" search={{}} className="lk">{words.toSignIn}</Link></p>
    </Frame>
  );
}
