import { ActionIcon, Button, Menu, Modal } from '@mantine/core';
import { IconDots, IconDownload, IconShieldCheck, IconShieldX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { client, unwrap } from '../../api/client';
import { ErrorFace, LoadingFace } from '../../shared/Faces';
import { t } from '../../shared/i18n';
import { count, plural } from '../../shared/numbers';
import { exportAddress, type ActivitySearch } from './search';

/** Hands the shown entries out, and proves that nobody touched the trail. */
export function TrailMenu({ search }: { search: ActivitySearch }) {
  const [checking, setChecking] = useState(false);
  return (
    <>
      <Button variant="default" size="xs" leftSection={<IconDownload size={15} />} component="a" href={exportAddress(search, 'csv')} download>{t('Export CSV')}</Button>
      <Menu position="bottom-end" width={280} withInitialFocusPlaceholder={false}>
        <Menu.Target><ActionIcon variant="default" size={30} aria-label={t('More')}><IconDots size={16} /></ActionIcon></Menu.Target>
        <Menu.Dropdown className="amenu" aria-label={t('More')}>
          <Menu.Item component="a" href={exportAddress(search, 'ndjson')} download leftSection={<IconDownload size={16} stroke={1.7} />}>{t('Export NDJSON')}</Menu.Item>
          <Menu.Item leftSection={<IconShieldCheck size={16} stroke={1.7} />} onClick={() => { setChecking(true); }}>{t('Check that nothing was altered')}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {checking ? <Check scope={search.scope} onClose={() => { setChecking(false); }} /> : null}
    </>
  );
}

function Check({ scope, onClose }: { scope: string | undefined; onClose: () => void }) {
  const check = useQuery({ queryKey: ['activity', 'verify', scope ?? ''], queryFn: ({ signal }) => unwrap(client.GET('/api/v1/activity/verify', { params: { query: { scope } }, signal })), staleTime: 0, gcTime: 0 });
  const title = t('Check of the activity');
  const broken = check.data?.items.filter((one) => one.faults.length > 0) ?? [];
  return (
    <Modal opened onClose={onClose} withCloseButton={false} centered size={520} attributes={{ content: { 'aria-label': title } }}>
      <div className="dialog">
        <h2>{title}</h2>
        {check.isPending ? <LoadingFace what={t('the check')} /> : null}
        {check.error ? <ErrorFace what={t('The check')} error={check.error} onRetry={() => void check.refetch()} /> : null}
        {check.data ? (
          <>
            <p className={`verdict ${check.data.whole ? 'okt' : 'badt'}`}>{check.data.whole ? <IconShieldCheck size={20} aria-hidden /> : <IconShieldX size={20} aria-hidden />}<b>{check.data.whole ? t('Nothing was altered, removed or reordered.') : t('The trail was touched.')}</b></p>
            <p className="mute">{t('{entries} in {organizations} were followed from the first to the last.', { entries: plural(check.data.entries, 'entry', 'entries'), organizations: plural(check.data.items.length, 'organization') })}</p>
            {broken.length > 0 ? <ul className="ev">{broken.map((one) => <li key={one.organization.id}><div><b><bdi>{one.organization.name}</bdi></b>{one.faults.slice(0, 5).map((fault) => <p key={`${String(fault.sequence)} ${fault.detail}`}>{count(fault.sequence)}: {fault.detail}</p>)}</div></li>)}</ul> : null}
          </>
        ) : null}
        <div className="dfoot"><Button size="xs" variant="default" onClick={onClose} data-autofocus>{t('Close')}</Button></div>
      </div>
    </Modal>
  );
}
