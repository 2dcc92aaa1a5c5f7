import { Modal } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { client, unwrap, type ApiError, type PlanRequest } from '../../api/client';
import { EmptyFace, ErrorFace, LoadingFace } from '../../shared/Faces';
import { t } from '../../shared/i18n';
import { plural } from '../../shared/numbers';
import type { ListQuery } from './listQuery';
import { OwnAction } from './OwnAction';
import type { Selection } from './selectionModel';
import { possibilitiesOf } from './useEligibility';

/** One action of a connector's own, as the list of connectors names it. */
export interface OwnName {
  connector: string;
  action: string;
  title: string;
}

interface Props {
  own: OwnName;
  selection: Selection;
  users: number;
  query: ListQuery;
  busy: boolean;
  error: ApiError | null;
  onPreview: (parameters: NonNullable<PlanRequest['parameters']>) => void;
  onClose: () => void;
}

/** Only a user's own list of actions has the schema: any of the selected who live behind that connector serves. */
function useSchema(own: OwnName, { all, users }: Selection, { scope, q, filter }: ListQuery) {
  const chosen = all ? undefined : [...users.values()].find((user) => user.connector === own.connector)?.id;
  const here = `connector eq "${own.connector}"`;
  const expression = filter ? `(${filter}) and ${here}` : here;
  const sample = useQuery({
    queryKey: ['sample', scope, q, expression],
    queryFn: async ({ signal }) => (await unwrap(client.GET('/api/v1/users', { params: { query: { scope, q, filter: expression, limit: 1 } }, signal }))).items[0]?.id ?? null,
    enabled: all,
  });
  const id = chosen ?? sample.data ?? '';
  const told = useQuery({ ...possibilitiesOf(id), enabled: id !== '' });
  const none = all ? sample.data === null : chosen === undefined;
  return { action: told.data?.connector_actions?.find((one) => one.action === own.action), none: none || told.isSuccess, error: sample.error ?? told.error };
}

/** An action of a connector's own on many users: its form, then the preview, which says whom it cannot be done to. */
export function OwnOfMany({ own, selection, users, query, busy, error, onPreview, onClose }: Props) {
  const schema = useSchema(own, selection, query);
  const name = plural(users, 'user');
  if (schema.action) {
    return (
      <OwnAction action={schema.action} on={name} about={t('Nothing changes yet: the preview shows each user, and who cannot be changed.')} submit={t('Preview')} busy={busy} failure={error}
        onSubmit={({ parameters }) => { onPreview(parameters); }} onCancel={onClose} />
    );
  }
  return (
    <Modal opened onClose={onClose} withCloseButton={false} centered size={480} attributes={{ content: { 'aria-label': `${own.title}: ${name}` } }}>
      {schema.error ? <ErrorFace what={own.title} error={schema.error} onRetry={onClose} /> : schema.none ? <EmptyFace title={t('Nobody here has this action')} /> : <LoadingFace what={own.title} />}
    </Modal>
  );
}
