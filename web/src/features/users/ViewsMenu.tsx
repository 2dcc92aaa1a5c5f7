import { Button, Checkbox, CopyButton, Popover, TextInput } from '@mantine/core';
import { IconBookmark, IconCheck, IconLink, IconTrash } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { client, unwrap } from '../../api/client';
import { t } from '../../shared/i18n';
import { useMay, useMe } from '../../shared/session';
import { toastError, toastOutcome } from '../../shared/toasts';
import type { UsersSearch } from './search';
import { contentOf, isShown, keptView, READY_VIEWS, sameNamed, type KeptView, type View } from './viewsModel';

interface Props {
  search: UsersSearch;
  onShow: (view: View) => void;
}

/** Named ways to look at the list: those that come with the console, one's own, and those that organizations share. */
export function ViewsMenu({ search, onShow }: Props) {
  const [open, setOpen] = useState(false);
  const kept = useQuery({
    queryKey: ['views'],
    queryFn: async ({ signal }) => (await unwrap(client.GET('/api/v1/views', { signal }))).items.map(keptView),
    staleTime: 60_000,
  });
  const views = kept.data ?? [];
  const shown = [...views, ...READY_VIEWS].find((view) => isShown(view, search));
  const remove = useRemove();
  const item = (view: View | KeptView) => (
    <li key={'id' in view ? view.id : view.name}>
      <button type="button" className="viewit" aria-current={view === shown || undefined} onClick={() => { setOpen(false); onShow(view); }}>
        {view === shown ? <IconCheck size={14} aria-hidden /> : <i />}<bdi className="ell">{view.name}</bdi>
        {'id' in view && view.organization ? <span className="mute ell viewof" data-tip={t('Shared by {name} with everybody in {organization} and below', { name: view.author, organization: view.organization.name })}><bdi>{view.organization.name}</bdi></span> : null}
      </button>
      {'id' in view && view.mayChange ? (
        <button type="button" className="xbtn" aria-label={view.organization ? t('Delete {name} for everybody', { name: view.name }) : t('Forget {name}', { name: view.name })} onClick={() => { remove.mutate(view); }}><IconTrash size={14} /></button>
      ) : null}
    </li>
  );
  const group = (title: string, list: readonly (View | KeptView)[]) => (list.length > 0 ? <><div className="ahead">{title}</div><ul className="views">{list.map(item)}</ul></> : null);
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-end" width={320} trapFocus returnFocus>
      <Popover.Target>
        <button type="button" className="tb hide-s" aria-haspopup="dialog" aria-expanded={open} onClick={() => { setOpen(!open); }}><IconBookmark size={15} aria-hidden />{shown?.name ?? t('Views')}</button>
      </Popover.Target>
      <Popover.Dropdown className="pop">
        {kept.error ? <p className="formerror" role="alert">{t('The saved views cannot be shown: {detail}', { detail: kept.error.message })}</p> : null}
        {group(t('Mine'), views.filter((view) => !view.organization))}
        {group(t('Shared'), views.filter((view) => view.organization))}
        {group(t('Ready made'), READY_VIEWS)}
        <SaveForm search={search} views={views} />
      </Popover.Dropdown>
    </Popover>
  );
}

function SaveForm({ search, views }: { search: UsersSearch; views: readonly KeptView[] }) {
  const me = useMe();
  const queries = useQueryClient();
  const [name, setName] = useState('');
  const [share, setShare] = useState(false);
  const slug = search.scope ?? me?.scope.slug ?? '';
  const scope = useQuery({
    queryKey: ['organization', slug],
    queryFn: ({ signal }) => unwrap(client.GET('/api/v1/organizations/{id}', { params: { path: { id: slug } }, signal })),
    enabled: slug !== '',
  });
  const mayShare = useMay('orgs.manage') && slug !== '';
  const where = share && mayShare ? slug : undefined;
  const replaced = sameNamed(views, name.trim(), where);
  const save = useMutation({
    mutationFn: () => {
      const content = contentOf(name.trim(), search);
      return replaced
        ? unwrap(client.PUT('/api/v1/views/{id}', { params: { path: { id: replaced.id } }, body: content }))
        : unwrap(client.POST('/api/v1/views', { body: { ...content, organization: where ?? null } }));
    },
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ['views'] });
      setName('');
      setShare(false);
    },
  });
  return (
    <form className="popfoot viewsave" onSubmit={(event) => { event.preventDefault(); if (name.trim() && !save.isPending) save.mutate(); }}>
      <TextInput size="xs" aria-label={t('Name of this view')} placeholder={t('Name of this view')} value={name} maxLength={60} error={save.error?.message} onChange={(event) => { save.reset(); setName(event.target.value); }} />
      <Button size="xs" type="submit" variant="default" disabled={!name.trim()} loading={save.isPending}>{replaced ? t('Replace') : t('Save')}</Button>
      {mayShare && scope.data ? <Checkbox size="xs" checked={share} onChange={(event) => { setShare(event.target.checked); }} label={t('Share with everybody in {organization} and below', { organization: scope.data.name })} /> : null}
      <p className="mute">{t('A view holds search, filter, order and columns. Everybody sees only their own users in it.')}</p>
      <CopyButton value={location.href}>
        {({ copied, copy }) => <button type="button" className="lk" onClick={copy}><IconLink size={14} aria-hidden />{copied ? t('Copied') : t('Copy the link')}</button>}
      </CopyButton>
    </form>
  );
}

/** At once; what was removed can be put back for some seconds. */
function useRemove() {
  const queries = useQueryClient();
  const again = () => void queries.invalidateQueries({ queryKey: ['views'] });
  const restore = useMutation({
    mutationFn: (view: KeptView) => unwrap(client.POST('/api/v1/views', { body: { ...contentOf(view.name, view), organization: view.organization?.slug ?? null } })),
    onSettled: again,
    onError: toastError,
  });
  return useMutation({
    mutationFn: (view: KeptView) => unwrap(client.DELETE('/api/v1/views/{id}', { params: { path: { id: view.id } } })),
    onSuccess: (_, view) => { toastOutcome({ outcome: 'done', text: t('The view {name} is deleted.', { name: view.name }), undo: () => { restore.mutate(view); } }); },
    onSettled: again,
    onError: toastError,
  });
}
