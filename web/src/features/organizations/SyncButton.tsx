import { ActionIcon, Button } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { MouseEvent } from 'react';
import { client, unwrap } from '../../api/client';
import { useMay } from '../../shared/session';
import { toastError } from '../../shared/toasts';
import { words } from './words';
import { t } from '../../shared/i18n';

/** Starts a reading; its progress is in the list of runs. */
export function SyncButton({ id, name, compact = false }: { id: string; name: string; compact?: boolean }) {
  const queries = useQueryClient();
  const may = useMay('connections.manage');
  const sync = useMutation({
    mutationFn: () => unwrap(client.POST('/api/v1/connections/{id}/sync', { params: { path: { id } } })),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ['runs', id] });
      void queries.invalidateQueries({ queryKey: ['organizations'] });
    },
    onError: toastError,
  });
  if (!may) return null;
  const start = (event: MouseEvent) => {
    event.stopPropagation();
    sync.mutate();
  };
  if (compact) {
    return (
      <ActionIcon variant="subtle" size={24} className="qi osync" aria-label={t('Sync now: {name}', { name })} data-tip={words.syncNow} loading={sync.isPending} onClick={start}>
        <IconRefresh size={14} />
      </ActionIcon>
    );
  }
  return <Button variant="default" size="xs" leftSection={<IconRefresh size={15} />} loading={sync.isPending} onClick={start}>{words.syncNow}</Button>;
}
