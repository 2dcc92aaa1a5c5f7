import { Button, PasswordInput, TextInput } from '@mantine/core';
import { t } from '../../shared/i18n';
import { IconLinkOff } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useState, type FormEvent } from 'react';
import { client, setCsrfToken, unwrap } from '../../api/client';
import { EmptyFace, ErrorFace, LoadingFace } from '../../shared/Faces';
import { Mark } from '../../shared/Mark';
import { useForgetOperator } from '../../shared/session';
import { Picture } from './Picture';
import { checkSetup, type SetupValues } from './setupModel';
import { words } from './words';

export function SetupPage() {
  const { token } = useSearch({ from: '/setup' });
  const state = useQuery({
    queryKey: ['setup', token],
    queryFn: ({ signal }) => unwrap(client.GET('/api/v1/setup', { params: { query: { token: token ?? '' } }, signal })),
    enabled: token !== undefined,
    staleTime: Infinity,
  });
  useEffect(() => { document.title = `${t('Set up')} · Tenantry`; }, []);
  return (
    <div className="signin">
      <div className="sform">
        <header className="sbrand"><Mark size={28} /><b>Tenantry</b></header>
        <main className="sbody">
          {token && state.data?.valid ? <SetupForm token={token} /> : null}
          {token && state.isPending ? <LoadingFace what={t('the link')} /> : null}
          {state.error && state.error.status !== 400 ? <ErrorFace what={t('The link')} error={state.error} onRetry={() => void state.refetch()} /> : null}
          {!token || state.data?.valid === false || state.error?.status === 400 ? (
            <EmptyFace title={words.linkUsed} icon={IconLinkOff} action={<Link to="/sign-in" search={{}} className="lk">{words.toSignIn}</Link>}>
              {words.linkUsedWhy}
            </EmptyFace>
          ) : null}
        </main>
      </div>
      <Picture />
    </div>
  );
}

const EMPTY: SetupValues = { platform_name: '', username: '', email: '', first_name: '', last_name: '', password: '', again: '' };

function SetupForm({ token }: { token: string }) {
  const [values, setValues] = useState(EMPTY);
  const [tried, setTried] = useState(false);
  const navigate = useNavigate();
  const forget = useForgetOperator();
  const setUp = useMutation({
    mutationFn: () => {
      const { platform_name, username, email, first_name, last_name, password } = values;
      return unwrap(client.POST('/api/v1/setup', {
        body: { token, platform_name: platform_name.trim(), username: username.trim(), email: email.trim(), first_name, last_name, password },
      }));
    },
    onSuccess: (session) => {
      forget();
      setCsrfToken(session.csrf_token);
      void navigate({ to: '/organizations', search: {}, replace: true });
    },
  });
  const wrong = tried ? checkSetup(values) : {};
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (Object.keys(checkSetup(values)).length === 0 && !setUp.isPending) setUp.mutate();
  };
  const field = (name: keyof SetupValues) => ({
    size: 'sm',
    value: values[name],
    error: wrong[name] ?? (setUp.error?.pointer === `/${name}` ? setUp.error.detail : undefined),
    onChange: (event: { target: { value: string } }) => { setValues({ ...values, [name]: event.target.value }); },
  });
  return (
    <>
      <h1>{words.setUp}</h1>
      <p className="mute">{words.setUpIntro}</p>
      <form className="fields" onSubmit={submit} noValidate>
        <TextInput label={words.platform} description={words.platformHint} autoComplete="organization" {...field('platform_name')} />
        <div className="two">
          <TextInput label={words.firstName} autoComplete="given-name" {...field('first_name')} />
          <TextInput label={words.lastName} autoComplete="family-name" {...field('last_name')} />
        </div>
        <TextInput label={words.newUsername} autoComplete="username" autoCapitalize="none" spellCheck={false} {...field('username')} />
        <TextInput label={words.email} type="email" autoComplete="email" {...field('email')} />
        <PasswordInput label={words.newPassword} description={words.passwordHint} autoComplete="new-password" {...field('password')}
          visibilityToggleButtonProps={{ 'aria-label': words.showPassword }} />
        <PasswordInput label={words.again} autoComplete="new-password" {...field('again')} visibilityToggleButtonProps={{ 'aria-label': words.showPassword }} />
        {setUp.error && !setUp.error.pointer ? <p className="formerror" role="alert">{setUp.error.detail}</p> : null}
        <Button type="submit" fullWidth size="sm" loading={setUp.isPending}>{words.setUpDone}</Button>
      </form>
    </>
  );
}
