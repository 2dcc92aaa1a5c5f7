import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useForgetOperator } from '../../shared/session';
import { Frame } from './Frame';
import { safeNext } from './setupModel';
import { SignInForm } from './SignInForm';
import { words } from './words';

export function SignInPage() {
  const { next } = useSearch({ from: '/sign-in' });
  const navigate = useNavigate();
  const forget = useForgetOperator();
  const enter = () => {
    forget();
    void navigate({ href: safeNext(next), replace: true });
  };
  return (
    <Frame title={words.signIn} footer={words.footer}>
      <h1>{words.signIn}</h1>
      <SignInForm onSignedIn={enter} />
      <p className="below"><Link to="/recover" className="lk">{words.forgot}</Link></p>
    </Frame>
  );
}
