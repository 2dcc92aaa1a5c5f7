import { Button, CopyButton, Modal } from '@mantine/core';
import { t } from '../../shared/i18n';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import type { User } from '../../api/client';

/** A temporary password, shown once and kept nowhere. */
export function SecretDialog({ user, secret, onClose }: { user: User; secret: string; onClose: () => void }) {
  return (
    <Modal opened onClose={onClose} withCloseButton={false} closeOnClickOutside={false} centered size={480} attributes={{ content: { 'aria-label': t('Temporary password') } }}>
      <div className="dialog">
        <h2>{t('Temporary password of')} <bdi>{user.username}</bdi></h2>
        <p>{t('It is shown only now. Hand it over on a safe way; a new one must be chosen at the next sign-in.')}</p>
        <output className="secret" aria-label={t('Temporary password')}>{secret}</output>
        <div className="dfoot">
          <CopyButton value={secret}>
            {({ copied, copy }) => (
              <Button size="xs" variant="default" onClick={copy} leftSection={copied ? <IconCheck size={15} /> : <IconCopy size={15} />}>{copied ? t('Copied') : t('Copy')}</Button>
            )}
          </CopyButton>
          <Button size="xs" onClick={onClose} data-autofocus>{t('I have it')}</Button>
        </div>
      </div>
    </Modal>
  );
}
