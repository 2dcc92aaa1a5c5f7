import { Button, Modal, NativeSelect, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch, IconUserShield } from '@tabler/icons-react';
import { keepPreviousData, useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState, type FormEvent } from 'react';
import { client, unwrap, type Role, type RoleGrant } from '../../api/client';
import { EmptyFace, ErrorFace, LoadingFace } from '../../shared/Faces';
import { t } from '../../shared/i18n';
import { count } from '../../shared/numbers';
import { useMay } from '../../shared/session';
import { StatusBadge } from '../../shared/StatusBadge';
import { dayOf } from '../../shared/time';
import { toastOutcome } from '../../shared/toasts';
import { roleName } from '../../shared/roleModel';
import type { RolesSearch } from './search';

const PAGE = 100;
const DEBOUNCE_MS = 150;
const HEADS = [t('Who'), t('State'), t('Role'), t('Where'), t('Until')];

/** Who has which role where, and until when. */
export function Grants({ roles, onGive }: { roles: readonly Role[]; onGive: () => void }) {
  const { scope, q, of } = useSearch({ from: '/shell/roles' });
  const navigate = useNavigate();
  const go = (change: Partial<RolesSearch>) => { void navigate({ to: '/roles', search: (s) => ({ ...s, ...change }), replace: true }); };
  const setQ = useDebouncedCallback((text: string) => { go({ q: text.trim() || undefined }); }, DEBOUNCE_MS);
  const mayTake = useMay('users.edit');
  const [taking, setTaking] = useState<RoleGrant | null>(null);
  const list = useInfiniteQuery({
    queryKey: ['grants', scope ?? '', q ?? '', of ?? ''],
    queryFn: ({ pageParam, signal }) => unwrap(client.GET('/api/v1/grants', { params: { query: { scope, q, role: of, offset: pageParam, limit: PAGE } }, signal })),
    initialPageParam: 0,
    getNextPageParam: (last, pages) => {
      const loaded = pages.reduce((sum, page) => sum + page.items.length, 0);
      return loaded < last.total ? loaded : undefined;
    },
    placeholderData: keepPreviousData,
  });
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  const total = list.data?.pages[0]?.total;
  return (
    <>
      <div className="toolbar">
        <TextInput type="search" className="search" size="xs" aria-label={t('Search who has what')} placeholder={t('Name or e-mail')} defaultValue={q ?? ''} leftSection={<IconSearch size={15} />} onChange={(event) => { setQ(event.target.value); }} />
        <NativeSelect size="xs" aria-label={t('Role')} value={of ?? ''} onChange={(event) => { go({ of: event.target.value || undefined }); }}
          data={[{ value: '', label: t('Any role') }, ...roles.map((role) => ({ value: role.id, label: roleName(role) }))]} />
        <span className="mute tn">{total === undefined ? '' : count(total)}</span>
      </div>
      {list.isPending ? <LoadingFace what={t('who has what')} /> : null}
      {list.isError && items.length === 0 ? <ErrorFace what={t('Who has what')} error={list.error} retryInS={8} onRetry={() => void list.refetch()} /> : null}
      {list.data && items.length === 0 ? (
        q || of ? <EmptyFace title={t('Nobody matches')} action={<Button size="xs" variant="default" onClick={() => { go({ q: undefined, of: undefined }); }}>{t('Clear')}</Button>} />
          : <EmptyFace title={t('Nobody has a role here')} icon={IconUserShield} action={mayTake ? <Button size="xs" variant="default" onClick={onGive}>{t('Give a role')}</Button> : undefined}>{t('Roles are given to Tenantry’s own accounts, on an organization and all below it.')}</EmptyFace>
      ) : null}
      {items.length > 0 ? (
        <div className="tablewrap flow" tabIndex={0} role="region" aria-label={t('Who has what')}>
          <table className="acttable grants">
            <thead><tr>{HEADS.map((head) => <th key={head} scope="col">{head}</th>)}<th scope="col"><span className="vh">{t('Actions')}</span></th></tr></thead>
            <tbody>
              {items.map((grant) => (
                <tr key={`${grant.user.id} ${grant.role} ${grant.organization.id}`} className={grant.ended ? 'mute' : ''}>
                  <td><Link to="/users" search={{ user: grant.user.id }} className="olink"><b><bdi>{grant.user.display_name}</bdi></b></Link> <span className="mute"><bdi>{grant.user.username}</bdi>{grant.mine ? ` (${t('you')})` : ''}</span></td>
                  <td><StatusBadge status={grant.user.status} cause={null} /></td>
                  <td>{roleName({ id: grant.role, name: grant.title })}</td>
                  <td><bdi>{grant.organization.name}</bdi> <span className="kind">{t(grant.organization.kind)}</span></td>
                  <td>{grant.expires_at ? <span className={grant.ended ? 'warnt' : ''} data-tip="" data-time={grant.expires_at}>{grant.ended ? `${t('Ended')} ` : ''}{dayOf(grant.expires_at)}</span> : <span className="mute">{t('No end')}</span>}</td>
                  <td className="ract">{mayTake ? <Button size="compact-xs" variant="default" aria-label={t('Take away: {role}, {name}', { role: roleName({ id: grant.role, name: grant.title }), name: grant.user.username })} aria-disabled={grant.mine || undefined} data-off={grant.mine || undefined} data-tip={grant.mine ? t('You cannot change your own roles.') : undefined} onClick={() => { if (!grant.mine) setTaking(grant); }}>{t('Take away')}</Button> : null}</td>
                </tr>
              ))}
            </tbody>
          </table>
          {list.hasNextPage ? <div className="more"><Button size="xs" variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t('Show more')}</Button></div> : null}
        </div>
      ) : null}
      {taking ? <TakeAway grant={taking} onClose={() => { setTaking(null); }} /> : null}
    </>
  );
}

function TakeAway({ grant, onClose }: { grant: RoleGrant; onClose: () => void }) {
  const queries = useQueryClient();
  const [reason, setReason] = useState('');
  const take = useMutation({
    mutationFn: () => unwrap(client.POST('/api/v1/users/{id}/actions/{action}', {
      params: { path: { id: grant.user.id, action: 'assign_role' }, header: { 'Idempotency-Key': crypto.randomUUID() } },
      body: { parameters: { role: grant.role, organization: grant.organization.id, remove: true }, ...(reason.trim() ? { reason: reason.trim() } : {}) },
    })),
    onSuccess: ({ outcome, detail }) => {
      for (const key of ['grants', 'users', 'user', 'me', 'activity']) void queries.invalidateQueries({ queryKey: [key] });
      if (outcome === 'failed' || outcome === 'skipped') return;
      toastOutcome({ outcome, text: outcome === 'done' ? t('{name} no longer has this role.', { name: grant.user.username }) : detail });
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!take.isPending) take.mutate();
  };
  const title = t('Take a role away');
  return (
    <Modal opened onClose={onClose} withCloseButton={false} centered size={440} attributes={{ content: { 'aria-label': title } }}>
      <form className="dialog" onSubmit={submit}>
        <h2>{title}</h2>
        <p><bdi>{grant.user.display_name}</bdi>: {roleName({ id: grant.role, name: grant.title })}, <bdi>{grant.organization.name}</bdi></p>
        <p className="mute">{t('It holds from the next thing they do.')}</p>
        <TextInput size="xs" label={t('Reason')} value={reason} maxLength={500} data-autofocus onChange={(event) => { setReason(event.target.value); }} />
        {take.error ? <p className="formerror" role="alert">{take.error.detail}</p> : null}
        {take.data ? <p className="formerror" role="alert">{take.data.detail}</p> : null}
        <div className="dfoot">
          <Button size="xs" variant="default" onClick={onClose}>{t('Cancel')}</Button>
          <Button size="xs" type="submit" className="danger" loading={take.isPending}>{t('Take away')}</Button>
        </div>
      </form>
    </Modal>
  );
}
