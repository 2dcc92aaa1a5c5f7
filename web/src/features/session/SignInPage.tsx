import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect } from 'react';
import { Mark } from '../../shared/Mark';
import { useForgetOperator } from '../../shared/session';
import { Picture } from './Picture';
import { safeNext } from './setupModel';
import { SignInForm } from './SignInForm';
import { words } from './words';
import { t } from '../../shared/i18n';

export function SignInPage() {
  const { next } = useSearch({ from: '/sign-in' });
  const navigate = useNavigate();
  const forget = useForgetOperator();
  useEffect(() => { document.title = `${t('Sign in')} · Tenantry`; }, []);
  const enter = () => {
    forget();
    void navigate({ href: safeNext(next), replace: true });
  };
  return (
    <div className="signin">
      <div className="sform">
        <header className="sbrand"><Mark size={28} /><b>Tenantry</b></header>
        <main className="sbody">
          <h1>{words.signIn}</h1>
          <SignInForm onSignedIn={enter} />
        </main>
        <footer className="mute">{words.footer}</footer>
      </div>
      <Picture />
    </div>
  );
}
