import { Button, Modal, NativeSelect, TextInput } from '@mantine/core';
import { t } from '../../shared/i18n';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { client, unwrap, type Organization, type OrganizationKind } from '../../api/client';
import { useMe } from '../../shared/session';
import { toastOutcome } from '../../shared/toasts';
import { OrganizationPicker } from '../../shared/OrganizationPicker';
import { kindsBelow } from './treeModel';
import { KIND_WORD, words } from './words';

/** Adds an organization below another. Only kinds that may stand there are offered. */
export function NewOrganization({ parent: given, onClose }: { parent: string | undefined; onClose: (made?: Organization) => void }) {
  const me = useMe();
  const queries = useQueryClient();
  const [parentSlug, setParentSlug] = useState(given ?? me?.scope.slug ?? '');
  const [name, setName] = useState('');
  const [chosen, setChosen] = useState<OrganizationKind | null>(null);
  const parent = useQuery({
    queryKey: ['organization', parentSlug],
    queryFn: ({ signal }) => unwrap(client.GET('/api/v1/organizations/{id}', { params: { path: { id: parentSlug } }, signal })),
    enabled: parentSlug !== '',
  });
  const kinds = parent.data ? kindsBelow(parent.data.kind) : [];
  const kind = kinds.find((one) => one === chosen) ?? kinds.at(-1);
  const create = useMutation({
    mutationFn: (body: { name: string; kind: OrganizationKind; parent: string }) => unwrap(client.POST('/api/v1/organizations', { body })),
    onSuccess: (made) => {
      void queries.invalidateQueries({ queryKey: ['organizations'] });
      toastOutcome({ outcome: 'done', text: t('{name} is made.', { name: made.name }) });
      onClose(made);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() && kind && !create.isPending) create.mutate({ name: name.trim(), kind, parent: parentSlug });
  };
  return (
    <Modal opened onClose={() => { onClose(); }} withCloseButton={false} centered size={480} attributes={{ content: { 'aria-label': words.create } }}>
      <form className="dialog" onSubmit={submit}>
        <h2>{words.create}</h2>
        <TextInput label={t('Name')} size="xs" data-autofocus value={name} maxLength={200} onChange={(event) => { setName(event.target.value); }}
          error={create.error?.pointer === '/name' ? create.error.detail : undefined} />
        <OrganizationPicker label={t('Below')} slug={parentSlug} onChoose={(organization) => { setParentSlug(organization.slug); }} accept={(organization) => organization.kind !== 'tenant'} />
        <NativeSelect label={t('Kind')} size="xs" value={kind ?? ''} disabled={kinds.length === 0}
          data={kinds.map((value) => ({ value, label: KIND_WORD[value] }))}
          description={parent.data && kinds.length === 0 ? t('Nothing can stand below a tenant.') : undefined}
          onChange={(event) => { setChosen(kinds.find((one) => one === event.currentTarget.value) ?? null); }} />
        {create.error && create.error.pointer !== '/name' ? <p className="formerror" role="alert">{create.error.detail}</p> : null}
        <div className="dfoot">
          <Button size="xs" variant="default" onClick={() => { onClose(); }}>{t('Cancel')}</Button>
          <Button size="xs" type="submit" disabled={!name.trim() || !kind} loading={create.isPending}>{words.create}</Button>
        </div>
      </form>
    </Modal>
  );
}
