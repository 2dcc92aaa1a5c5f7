import { TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useId, useState, type KeyboardEvent } from 'react';
import { client, unwrap, type User } from '../api/client';
import { t } from './i18n';

const SHOWN = 8;
const DEBOUNCE_MS = 120;
/** Tenantry's own accounts: only they sign in here and hold roles. */
export const ACCOUNTS = 'connector eq "org.tenantry.portal"';

interface Props {
  label: string;
  chosen: Pick<User, 'id' | 'username'> | null;
  onChoose: (user: User) => void;
  /** Which users are offered, in the filter language. */
  filter?: string;
  placeholder?: string;
  /** In a toolbar the name is only said, not shown. */
  hideLabel?: boolean;
  error?: string | undefined;
}

/** Finds one user by typing; the server searches. Arrows move, Enter takes, Escape closes. */
export function UserPicker({ label, chosen, onChoose, filter, placeholder = t('Type a name or an address'), hideLabel = false, error }: Props) {
  const id = useId();
  const [typed, setTyped] = useState<string | null>(null);
  const [at, setAt] = useState(0);
  const [q] = useDebouncedValue(typed?.trim() ?? '', DEBOUNCE_MS);
  const found = useQuery({
    queryKey: ['users', 'pick', filter ?? '', q],
    queryFn: ({ signal }) => unwrap(client.GET('/api/v1/users', { params: { query: { q: q || undefined, filter, sort: 'username', limit: SHOWN } }, signal })),
    enabled: typed !== null,
    placeholderData: keepPreviousData,
  });
  const options = found.data?.items ?? [];
  // What is shown may still answer what was typed before: Enter must not take one of those.
  const settled = found.isSuccess && !found.isPlaceholderData && q === (typed?.trim() ?? '');
  const choose = (user: User) => {
    setTyped(null);
    onChoose(user);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (typed === null) {
      if (event.key === 'ArrowDown') { event.preventDefault(); setTyped(''); }
      return;
    }
    if (event.key === 'ArrowDown') { event.preventDefault(); setAt(Math.min(at + 1, options.length - 1)); }
    if (event.key === 'ArrowUp') { event.preventDefault(); setAt(Math.max(at - 1, 0)); }
    if (event.key === 'Enter') { event.preventDefault(); const user = options[at]; if (user && settled) choose(user); }
    if (event.key === 'Escape') { event.stopPropagation(); setTyped(null); }
  };
  const open = typed !== null;
  return (
    <div className="picker" onBlur={(event) => { if (!event.currentTarget.contains(event.relatedTarget)) setTyped(null); }}>
      <TextInput {...(hideLabel ? { 'aria-label': label } : { label })} size="xs" autoComplete="off" spellCheck={false} role="combobox" aria-expanded={open} aria-controls={open ? id : undefined} aria-activedescendant={open && options[at] ? `${id}-${String(at)}` : undefined}
        placeholder={placeholder} value={typed ?? chosen?.username ?? ''} error={error} onClick={() => { setTyped((now) => now ?? ''); }} onChange={(event) => { setTyped(event.target.value); setAt(0); }} onKeyDown={onKeyDown} />
      {open ? (
        <div className="picklist" role="listbox" id={id} aria-label={label}>
          {options.map((user, i) => (
            <button key={user.id} id={`${id}-${String(i)}`} type="button" role="option" tabIndex={-1} aria-selected={i === at} onClick={() => { choose(user); }}>
              <bdi>{user.display_name || user.username}</bdi><span className="mute ell"><bdi>{user.username}</bdi></span><span className="mute ell"><bdi>{user.organization.name}</bdi></span>
            </button>
          ))}
          {found.isSuccess && options.length === 0 ? <p className="popnote">{t('Nobody matches.')}</p> : null}
          {found.error ? <p className="popnote badt">{found.error.detail}</p> : null}
        </div>
      ) : null}
    </div>
  );
}
