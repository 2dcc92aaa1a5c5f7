import { Button } from '@mantine/core';
import { IconKey } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { setCsrfToken } from '../../api/client';
import { t } from '../../shared/i18n';
import { knowsPasskeys, signInWithPasskey } from '../../shared/passkey';

/** Without a name or a password: the device knows whose passkey it is, and has verified its user. */
export function PasskeySignIn({ onSignedIn }: { onSignedIn: () => void }) {
  const navigate = useNavigate();
  const signIn = useMutation({
    mutationFn: signInWithPasskey,
    onSuccess: (session) => {
      setCsrfToken(session.csrf_token);
      onSignedIn();
    },
    onError: ({ linkToken }) => {
      if (linkToken) void navigate({ to: '/link', hash: linkToken });
    },
  });
  if (!knowsPasskeys()) return null;
  const { error } = signIn;
  const refused = error?.status === 401;
  return (
    <div className="fields">
      <Button variant="default" fullWidth size="sm" leftSection={<IconKey size={16} stroke={1.7} aria-hidden />} loading={signIn.isPending} onClick={() => { signIn.mutate(); }}>
        {t('Sign in with a passkey')}
      </Button>
      {error ? <p className="formerror" role="alert">{refused ? t('This passkey was not accepted. Sign in with your password, or ask your administrator.') : error.detail}</p> : null}
    </div>
  );
}
