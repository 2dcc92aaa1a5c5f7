import { Button, Modal, PasswordInput, TextInput } from '@mantine/core';
import { IconShieldCheck, IconShieldOff } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { client, unwrap } from '../../api/client';
import { LoadingFace } from '../../shared/Faces';
import { t } from '../../shared/i18n';
import { QrCode } from '../../shared/QrCode';
import { RecoveryCodes } from '../../shared/RecoveryCodes';
import { useMe } from '../../shared/session';
import { toastOutcome } from '../../shared/toasts';
import { Part } from './Part';
import { Passkeys } from './Passkeys';
import { PasswordForm } from './PasswordForm';

type Step = 'enrol' | 'renew' | 'remove';

/** The password and the second factor. */
export function Security() {
  const me = useMe();
  const [step, setStep] = useState<Step | null>(null);
  if (!me) return null;
  const { mfa, federated_only: federated } = me.account;
  const Icon = mfa.enrolled ? IconShieldCheck : IconShieldOff;
  return (
    <>
      <Part title={t('Password')} note={t('All your other sessions end when it changes.')}>
        {federated ? <p className="ink2">{t('You sign in through your organization’s identity provider. There is no password here.')}</p> : <PasswordForm username={me.account.username} />}
      </Part>
      <Part title={t('Second factor')} note={t('A code from an app on your phone, asked for after the password.')}>
        <div className="setrow">
          <span className={mfa.enrolled ? 'okt' : mfa.required ? 'warnt' : 'ink2'}><Icon size={16} stroke={1.8} aria-hidden /> {mfa.enrolled ? t('An authenticator app is enrolled.') : mfa.required ? t('None is enrolled, and your account needs one.') : t('None is enrolled.')}</span>
          <span className="setacts">
            {mfa.enrolled ? (
              <>
                <Button size="xs" variant="default" onClick={() => { setStep('renew'); }}>{t('New recovery codes')}</Button>
                <Button size="xs" variant="default" aria-disabled={mfa.required || undefined} data-off={mfa.required || undefined} data-tip={mfa.required ? t('Your account needs a second factor.') : undefined} onClick={() => { if (!mfa.required) setStep('remove'); }}>{t('Remove')}</Button>
              </>
            ) : <Button size="xs" onClick={() => { setStep('enrol'); }}>{t('Set up an app')}</Button>}
          </span>
        </div>
      </Part>
      {federated ? null : <Passkeys />}
      {step === 'enrol' ? <Enrol account={me.account.username} onClose={() => { setStep(null); }} /> : null}
      {step === 'renew' || step === 'remove' ? <WithPassword step={step} account={me.account.username} onClose={() => { setStep(null); }} /> : null}
    </>
  );
}

function Enrol({ account, onClose }: { account: string; onClose: () => void }) {
  const queries = useQueryClient();
  const [totp, setTotp] = useState('');
  const begin = useMutation({ mutationFn: () => unwrap(client.POST('/api/v1/me/totp')) });
  const confirm = useMutation({
    mutationFn: () => unwrap(client.POST('/api/v1/me/totp/confirm', { body: { totp: totp.trim() } })),
    onSuccess: () => { for (const key of ['me', 'users', 'user']) void queries.invalidateQueries({ queryKey: [key] }); },
  });
  const title = t('Set up an authenticator app');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (totp.trim() && !confirm.isPending) confirm.mutate();
  };
  return (
    <Modal opened onClose={onClose} withCloseButton={false} closeOnClickOutside={false} closeOnEscape={!confirm.isSuccess} centered size={440} attributes={{ content: { 'aria-label': title } }}>
      {confirm.data ? (
        <div className="dialog">
          <h2>{t('Your recovery codes')}</h2>
          <p>{t('Each of them replaces the app once, if you lose it. They are shown only now.')}</p>
          <RecoveryCodes codes={confirm.data.recovery_codes} account={account} onDone={onClose} />
        </div>
      ) : (
        <form className="dialog" onSubmit={submit} noValidate>
          <h2>{title}</h2>
          {begin.isIdle ? <p className="ink2">{t('You need an app that makes codes, such as the one your company recommends. A new key is made for it now.')}</p> : null}
          {begin.isPending ? <LoadingFace what={t('Key')} /> : null}
          {begin.error ? <p className="formerror" role="alert">{begin.error.detail}</p> : null}
          {begin.data ? (
            <>
              <QrCode svg={begin.data.qr_svg} secret={begin.data.secret} />
              <TextInput size="xs" label={t('Code')} autoComplete="one-time-code" inputMode="numeric" autoFocus value={totp} error={confirm.error?.pointer === '/totp' ? confirm.error.detail : undefined} onChange={(event) => { setTotp(event.target.value); }} />
              {confirm.error && confirm.error.pointer !== '/totp' ? <p className="formerror" role="alert">{confirm.error.detail}</p> : null}
            </>
          ) : null}
          <div className="dfoot">
            <Button size="xs" variant="default" onClick={onClose}>{t('Cancel')}</Button>
            {begin.data ? <Button size="xs" type="submit" disabled={!totp.trim()} loading={confirm.isPending}>{t('Confirm')}</Button>
              : <Button size="xs" data-autofocus loading={begin.isPending} onClick={() => { begin.mutate(); }}>{t('Show the code')}</Button>}
          </div>
        </form>
      )}
    </Modal>
  );
}

/** What weakens or renews the second factor wants the password again. */
function WithPassword({ step, account, onClose }: { step: 'renew' | 'remove'; account: string; onClose: () => void }) {
  const queries = useQueryClient();
  const [password, setPassword] = useState('');
  const body = { current_password: password };
  const act = useMutation({
    mutationFn: async (): Promise<string[]> => {
      if (step === 'renew') return (await unwrap(client.POST('/api/v1/me/recovery-codes', { body }))).recovery_codes;
      await unwrap(client.POST('/api/v1/me/totp/remove', { body }));
      return [];
    },
    onSuccess: () => {
      for (const key of ['me', 'users', 'user']) void queries.invalidateQueries({ queryKey: [key] });
      if (step === 'remove') { toastOutcome({ outcome: 'done', text: t('Your second factor is removed.') }); onClose(); }
    },
  });
  const codes = act.data ?? [];
  const title = step === 'renew' ? t('New recovery codes') : t('Remove the second factor');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (password && !act.isPending) act.mutate();
  };
  return (
    <Modal opened onClose={onClose} withCloseButton={false} closeOnClickOutside={false} centered size={440} attributes={{ content: { 'aria-label': title } }}>
      {codes.length > 0 ? (
        <div className="dialog">
          <h2>{t('Your recovery codes')}</h2>
          <p>{t('The former ones no longer work. These are shown only now.')}</p>
          <RecoveryCodes codes={codes} account={account} onDone={onClose} />
        </div>
      ) : (
        <form className="dialog" onSubmit={submit} noValidate>
          <h2>{title}</h2>
          <p className="ink2">{step === 'renew' ? t('The former codes stop working.') : t('Then the password alone opens your account.')}</p>
          <PasswordInput size="xs" label={t('Your password')} autoComplete="current-password" data-autofocus value={password} error={act.error?.pointer === '/current_password' ? act.error.detail : undefined} onChange={(event) => { setPassword(event.target.value); }} visibilityToggleButtonProps={{ 'aria-label': t('Show password') }} />
          {act.error && act.error.pointer !== '/current_password' ? <p className="formerror" role="alert">{act.error.detail}</p> : null}
          <div className="dfoot">
            <Button size="xs" variant="default" onClick={onClose}>{t('Cancel')}</Button>
            <Button size="xs" type="submit" className={step === 'remove' ? 'danger' : ''} disabled={!password} loading={act.isPending}>{title}</Button>
          </div>
        </form>
      )}
    </Modal>
  );
}
