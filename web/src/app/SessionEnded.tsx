import { Modal } from '@mantine/core';
import { t } from '../shared/i18n';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { SignInForm } from '../features/session/SignInForm';
import { meQuery } from '../shared/session';
import { listenToSignedOut } from './queries';

/** Asks for the password over the page, so that what was typed stays. */
export function SessionEnded() {
  const [ended, setEnded] = useState(false);
  const queries = useQueryClient();
  useEffect(() => {
    listenToSignedOut(() => { setEnded(true); });
    return () => { listenToSignedOut(() => undefined); };
  }, []);
  const goOn = async () => {
    await queries.fetchQuery({ ...meQuery, staleTime: 0 });
    setEnded(false);
    await queries.invalidateQueries();
  };
  return (
    <Modal opened={ended} onClose={() => undefined} withCloseButton={false} closeOnEscape={false} closeOnClickOutside={false} centered size={400}
      attributes={{ content: { 'aria-label': t('Sign in again') } }}>
      <div className="dialog">
        <h2>{t('You were signed out')}</h2>
        <p className="ink2">{t('Sign in to go on; what you typed is kept on this page.')}</p>
        <SignInForm onSignedIn={() => void goOn()} />
      </div>
    </Modal>
  );
}
