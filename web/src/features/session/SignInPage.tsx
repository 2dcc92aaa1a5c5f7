import { Button } from '@mantine/core';
import { IconBuildingBank } from '@tabler/icons-react';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useForgetOperator } from '../../shared/session';
import { Frame } from './Frame';
import { PasskeySignIn } from './PasskeySignIn';
import { safeNext } from './setupModel';
import { SignInForm } from './SignInForm';
import { SingleSignOn } from './SingleSignOn';
import { words } from './words';

export function SignInPage() {
  const [sso, setSso] = useState(false);
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
      {sso ? <SingleSignOn onBack={() => { setSso(false); }} /> : (
        <>
          <SignInForm onSignedIn={enter} />
          <p className="below"><Link to="/recover" className="lk">{words.forgot}</Link></p>
          <p className="ordiv" aria-hidden><span>{words.or}</span></p>
          <Button variant="default" fullWidth size="sm" leftSection={<IconBuildingBank size={16} stroke={1.7} />} onClick={() => { setSso(true); }}>{words.sso}</Button>
          <PasskeySignIn onSignedIn={enter} />
        </>
      )}
    </Frame>
  );
}
