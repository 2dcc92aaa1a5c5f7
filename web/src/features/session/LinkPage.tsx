import { Button, PasswordInput, TextInput } from '@mantine/core';
import { IconLinkOff } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useRouterState } from '@tanstack/react-router';
import { useState, type FormEvent } from 'react';
import { client, setCsrfToken, unwrap, type LinkPurpose, type LinkState } from '../../api/client';
import { EmptyFace, ErrorFace, LoadingFace } from '../../shared/Faces';
import { t } from '../../shared/i18n';
import { QrCode } from '../../shared/QrCode';
import { RecoveryCodes } from '../../shared/RecoveryCodes';
import { useForgetOperator } from '../../shared/session';
import { Frame } from './Frame';
import { PASSWORD_MIN } from './setupModel';
import { words } from './words';

const TITLE: Record<LinkPurpose, string> = { invite: words.welcome, reset: words.recoverTitle, change: words.choose, enrol: words.enrolTitle };
const WHY: Record<LinkPurpose, string> = { invite: words.inviteWhy, reset: words.resetWhy, change: words.chooseWhy, enrol: words.enrolWhy };

type LinkOf = NonNullable<LinkState['link']>;

/** Where mailed links lead, and the rest of a sign-in that needs more. The token stands behind #, so that no server logs it. */
export function LinkPage() {
  const token = useRouterState({ select: (state) => state.location.hash });
  const state = useQuery({
    queryKey: ['link', token],
    queryFn: () => unwrap(client.POST('/api/v1/links/check', { body: { token } })),
    enabled: token !== '',
    staleTime: Infinity,
    retry: false,
  });
  const gone = token === '' || state.data?.valid === false || state.error?.status === 400;
  return (
    <Frame title={words.welcome} brand={state.data?.link?.branding.name}>
      {state.data?.valid && state.data.link ? <LinkForm token={token} link={state.data.link} /> : null}
      {token !== '' && state.isPending ? <LoadingFace what={t('the link')} /> : null}
      {state.error && state.error.status !== 400 ? <ErrorFace what={t('The link')} error={state.error} onRetry={() => void state.refetch()} /> : null}
      {gone ? <h1 className="vh">{words.welcome}</h1> : null}
      {gone ? <EmptyFace title={words.linkUsed} icon={IconLinkOff} action={<Link to="/sign-in" search={{}} className="lk">{words.toSignIn}</Link>}>{t('It was used already, it is too old, or it is not complete. Ask for a new one.')}</EmptyFace> : null}
    </Frame>
  );
}

function LinkForm({ token, link }: { token: string; link: LinkOf }) {
  const navigate = useNavigate();
  const forget = useForgetOperator();
  const [password, setPassword] = useState('');
  const [again, setAgain] = useState('');
  const [totp, setTotp] = useState('');
  const [tried, setTried] = useState(false);
  const enter = () => { void navigate({ to: '/users', search: {}, replace: true }); };
  const accept = useMutation({
    mutationFn: () => unwrap(client.POST('/api/v1/links/accept', { body: { token, ...(link.needs_password ? { password } : {}), ...(totp.trim() ? { totp: totp.trim() } : {}) } })),
    onSuccess: (session) => {
      forget();
      setCsrfToken(session.csrf_token);
      if (!session.recovery_codes?.length) enter();
    },
  });
  const codes = accept.data?.recovery_codes ?? [];
  if (codes.length > 0) {
    return (
      <>
        <h1>{words.recoveryTitle}</h1>
        <p className="mute">{words.recoveryIntro}</p>
        <RecoveryCodes codes={codes} account={link.username} onDone={enter} />
      </>
    );
  }
  const short = link.needs_password && [...password].length < PASSWORD_MIN ? words.tooShort : undefined;
  const differs = link.needs_password && again !== password ? words.notSame : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (!short && !differs && !accept.isPending) accept.mutate();
  };
  const pointer = accept.error?.pointer;
  return (
    <>
      <h1>{link.purpose === 'invite' ? <>{words.welcome}{link.first_name ? <>, <bdi>{link.first_name}</bdi></> : null}</> : TITLE[link.purpose]}</h1>
      <p className="mute"><bdi>{link.username}</bdi>, <bdi>{link.organization_name}</bdi></p>
      <p className="why">{WHY[link.purpose]}</p>
      {link.federated_only ? <p className="below">{words.singleSignOn}</p> : null}
      <form className="fields" onSubmit={submit} noValidate>
        {link.needs_password ? (
          <>
            <PasswordInput label={words.newPassword} description={words.passwordHint} autoComplete="new-password" size="sm" value={password} autoFocus error={tried ? short : pointer === '/password' ? accept.error?.detail : undefined}
              onChange={(event) => { setPassword(event.target.value); }} visibilityToggleButtonProps={{ 'aria-label': words.showPassword }} />
            <PasswordInput label={words.again} autoComplete="new-password" size="sm" value={again} error={tried ? differs : undefined} onChange={(event) => { setAgain(event.target.value); }}
              visibilityToggleButtonProps={{ 'aria-label': words.showPassword }} />
          </>
        ) : null}
        {link.must_enrol ? <Enrol token={token} /> : null}
        {link.needs_totp || link.must_enrol ? (
          <TextInput label={words.code} description={link.must_enrol ? undefined : words.codeHint} autoComplete="one-time-code" inputMode="numeric" size="sm" value={totp} error={pointer === '/totp' ? accept.error?.detail : undefined}
            onChange={(event) => { setTotp(event.target.value); }} />
        ) : null}
        {accept.error && pointer !== '/totp' && pointer !== '/password' ? <p className="formerror" role="alert">{accept.error.detail}</p> : null}
        <Button type="submit" fullWidth size="sm" loading={accept.isPending}>{words.finish}</Button>
      </form>
    </>
  );
}

function Enrol({ token }: { token: string }) {
  const enrolment = useQuery({ queryKey: ['enrol', token], queryFn: () => unwrap(client.POST('/api/v1/links/totp', { body: { token } })), staleTime: Infinity, retry: false, refetchOnWindowFocus: false });
  if (enrolment.isPending) return <LoadingFace what={words.key} />;
  if (enrolment.error) return <p className="formerror" role="alert">{enrolment.error.detail}</p>;
  return <QrCode svg={enrolment.data.qr_svg} secret={enrolment.data.secret} />;
}
