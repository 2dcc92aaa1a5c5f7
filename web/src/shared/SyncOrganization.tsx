import { Button } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { client, unwrap } from '../api/client';
import { t } from './i18n';
import { plural } from './numbers';
import { useMay } from './session';
import { toastError, toastOutcome } from './toasts';

/** Reads every directory of one organization now. */
export function SyncOrganization({ slug, name }: { slug: string; name: string }) {
  const queries = useQueryClient();
  const may = useMay('connections.manage');
  const sync = useMutation({
    mutationFn: async () => {
      const { items } = await unwrap(client.GET('/api/v1/connections', { params: { query: { organization: slug, limit: 100 } } }));
      await Promise.all(items.map((connection) => unwrap(client.POST('/api/v1/connections/{id}/sync', { params: { path: { id: connection.id } } }))));
      return items.length;
    },
    onSuccess: (n) => {
      toastOutcome({ outcome: 'already_so', text: t('{directories} of {name} are being read.', { directories: plural(n, 'directory', 'directories'), name }) });
      for (const key of ['runs', 'organizations', 'completeness']) void queries.invalidateQueries({ queryKey: [key] });
    },
    onError: toastError,
  });
  if (!may) return null;
  return (
    <Button size="compact-xs" variant="default" leftSection={<IconRefresh size={13} />} loading={sync.isPending} aria-label={t('Sync now: {name}', { name })} onClick={() => { sync.mutate(); }}>
      {t('Sync')}
    </Button>
  );
}
