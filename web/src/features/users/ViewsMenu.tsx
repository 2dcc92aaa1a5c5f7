import { Button, CopyButton, Popover, TextInput } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { IconBookmark, IconCheck, IconLink, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { t } from '../../shared/i18n';
import { useMe } from '../../shared/session';
import type { UsersSearch } from './search';
import { isShown, parseViews, READY_VIEWS, viewOf, withView, type SavedView } from './viewsModel';

interface Props {
  search: UsersSearch;
  onShow: (view: SavedView) => void;
}

/** Named ways to look at the list: those that come with the console, and one's own, kept in this browser. */
export function ViewsMenu({ search, onShow }: Props) {
  const me = useMe();
  const [stored, setStored] = useLocalStorage<string>({ key: `tenantry-views:${me?.account.id ?? ''}`, defaultValue: '[]', getInitialValueInEffect: false });
  const [open, setOpen] = useState(false);
  const [name, setName] = useState('');
  const own = parseViews(stored);
  const shown = [...own, ...READY_VIEWS].find((view) => isShown(view, search));
  const save = () => {
    if (!name.trim()) return;
    setStored(JSON.stringify(withView(own, viewOf(name.trim(), search))));
    setName('');
  };
  const item = (view: SavedView, mine: boolean) => (
    <li key={view.name}>
      <button type="button" className="viewit" aria-current={view === shown || undefined} onClick={() => { setOpen(false); onShow(view); }}>
        {view === shown ? <IconCheck size={14} aria-hidden /> : <i />}<bdi>{view.name}</bdi>
      </button>
      {mine ? (
        <button type="button" className="xbtn" aria-label={t('Forget {name}', { name: view.name })} onClick={() => { setStored(JSON.stringify(own.filter((other) => other.name !== view.name))); }}><IconTrash size={14} /></button>
      ) : null}
    </li>
  );
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-end" width={300} trapFocus returnFocus>
      <Popover.Target>
        <button type="button" className="tb hide-s" aria-haspopup="dialog" aria-expanded={open} onClick={() => { setOpen(!open); }}><IconBookmark size={15} aria-hidden />{shown?.name ?? t('Views')}</button>
      </Popover.Target>
      <Popover.Dropdown className="pop">
        {own.length > 0 ? <><div className="ahead">{t('Mine')}</div><ul className="views">{own.map((view) => item(view, true))}</ul></> : null}
        <div className="ahead">{t('Ready made')}</div>
        <ul className="views">{READY_VIEWS.map((view) => item(view, false))}</ul>
        <form className="popfoot viewsave" onSubmit={(event) => { event.preventDefault(); save(); }}>
          <TextInput size="xs" aria-label={t('Name of this view')} placeholder={t('Name of this view')} value={name} maxLength={60} onChange={(event) => { setName(event.target.value); }} />
          <Button size="xs" type="submit" variant="default" disabled={!name.trim()}>{t('Save')}</Button>
          <p className="mute">{t('Views are kept in this browser, for your account. To share one, copy its link: the address holds all of it.')}</p>
          <CopyButton value={location.href}>
            {({ copied, copy }) => <button type="button" className="lk" onClick={copy}><IconLink size={14} aria-hidden />{copied ? t('Copied') : t('Copy the link')}</button>}
          </CopyButton>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}
