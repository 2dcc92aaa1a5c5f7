import { Button, CopyButton } from '@mantine/core';
import { IconCheck, IconCopy, IconDownload } from '@tabler/icons-react';
import { t } from './i18n';

/** Recovery codes, shown once: to copy, or to keep as a file. They are kept nowhere here. */
export function RecoveryCodes({ codes, account, onDone }: { codes: readonly string[]; account: string; onDone: () => void }) {
  const text = `${t('Recovery codes for Tenantry')}, ${account}\n\n${codes.join('\n')}\n`;
  return (
    <>
      <ul className="codes mono" aria-label={t('Your recovery codes')}>{codes.map((code) => <li key={code}>{code}</li>)}</ul>
      <div className="dfoot codesfoot">
        <CopyButton value={codes.join('\n')}>
          {({ copied, copy }) => <Button size="xs" variant="default" onClick={copy} leftSection={copied ? <IconCheck size={15} /> : <IconCopy size={15} />}>{copied ? t('Copied') : t('Copy')}</Button>}
        </CopyButton>
        <Button size="xs" variant="default" leftSection={<IconDownload size={15} />} onClick={() => { save('tenantry-recovery-codes.txt', text); }}>{t('Download')}</Button>
        <Button size="xs" onClick={onDone}>{t('I have kept them')}</Button>
      </div>
    </>
  );
}

/** Hands a text over as a file. */
function save(name: string, text: string) {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
