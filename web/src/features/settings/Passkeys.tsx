import { Button, Modal, PasswordInput, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent, type ReactNode } from 'react';
import { client, unwrap, type ApiError, type Passkey } from '../../api/client';
import { ErrorFace, LoadingFace } from '../../shared/Faces';
import { t } from '../../shared/i18n';
import { addPasskey, knowsPasskeys } from '../../shared/passkey';
import { toastOutcome } from '../../shared/toasts';
import { When } from '../../shared/When';

const KEY = ['me', 'passkeys'];
const NAME_MAX = 100;

type Dialog = { kind: 'add' } | { kind: 'rename' | 'delete'; passkey: Passkey };

/** One's own passkeys: what opens the account without a password. */
export function Passkeys() {
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const passkeys = useQuery({ queryKey: KEY, queryFn: () => unwrap(client.GET('/api/v1/me/passkeys')) });
  const close = () => { setDialog(null); };
  return (
    <section className="setpart" aria-labelledby="set-passkeys">
      <div>
        <h2 id="set-passkeys">{t('Passkeys')}</h2>
        <p className="mute">{t('Sign in with this device’s fingerprint, face or PIN, instead of password and code.')}</p>
      </div>
      <div className="setbody">
        {passkeys.isPending ? <LoadingFace what={t('Passkeys')} /> : null}
        {passkeys.error ? <ErrorFace what={t('Passkeys')} error={passkeys.error} onRetry={() => void passkeys.refetch()} /> : null}
        {passkeys.data ? (
          <>
            {passkeys.data.total === 0 ? <p className="mute">{t('You have no passkey yet.')}</p> : (
              <ul className="passkeys" aria-label={t('Passkeys')}>
                {passkeys.data.items.map((one) => <Row key={one.id} passkey={one} onAct={(kind) => { setDialog({ kind, passkey: one }); }} />)}
              </ul>
            )}
            <AddButton full={passkeys.data.total >= passkeys.data.most} origin={passkeys.data.origin} unavailable={passkeys.data.unavailable} onAdd={() => { setDialog({ kind: 'add' }); }} />
          </>
        ) : null}
      </div>
      {dialog?.kind === 'add' ? <AddDialog onClose={close} /> : null}
      {dialog?.kind === 'rename' ? <RenameDialog passkey={dialog.passkey} onClose={close} /> : null}
      {dialog?.kind === 'delete' ? <DeleteDialog passkey={dialog.passkey} onClose={close} /> : null}
    </section>
  );
}

function Row({ passkey, onAct }: { passkey: Passkey; onAct: (kind: 'rename' | 'delete') => void }) {
  const { name } = passkey;
  return (
    <li className="setrow">
      <span className="passkey"><b><bdi>{name}</bdi></b><span className="mute">{t('Added')} <When at={passkey.created_at} /> · {t('Last used')} <When at={passkey.last_used_at} /></span></span>
      <span className="passacts">
        <Button size="compact-xs" variant="default" aria-label={t('Rename {name}', { name })} onClick={() => { onAct('rename'); }}>{t('Rename')}</Button>
        <Button size="compact-xs" variant="default" aria-label={t('Delete {name}', { name })} onClick={() => { onAct('delete'); }}>{t('Delete')}</Button>
      </span>
    </li>
  );
}

/** Says why none can be added, where none can. */
function AddButton({ full, origin, unavailable, onAdd }: { full: boolean; origin: string | null; unavailable: string | null; onAdd: () => void }) {
  const why = unavailable
    ?? (origin && origin !== location.origin ? t('Passkeys work at {origin} only.', { origin })
      : !knowsPasskeys() ? t('This browser cannot use a passkey here.')
      : full ? t('You have as many as an account can have. Delete one that is not in use.') : null);
  if (why) return <p className="mute">{why}</p>;
  return <div><Button size="xs" variant="default" onClick={onAdd}>{t('Add a passkey')}</Button></div>;
}

/** A small form over the page, closed when it is done. */
function Ask({ title, children, verb, danger = false, busy, error, onSubmit, onClose }: {
  title: string; children: ReactNode; verb: string; danger?: boolean; busy: boolean; error: ApiError | null; onSubmit: () => void; onClose: () => void;
}) {
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!busy) onSubmit();
  };
  return (
    <Modal opened onClose={onClose} withCloseButton={false} centered size={420} attributes={{ content: { 'aria-label': title } }}>
      <form className="dialog" onSubmit={submit}>
        <h2>{title}</h2>
        {children}
        {error ? <p className="formerror" role="alert">{error.detail}</p> : null}
        <div className="dfoot">
          <Button size="xs" variant="default" onClick={onClose}>{t('Cancel')}</Button>
          <Button size="xs" type="submit" className={danger ? 'danger' : ''} loading={busy}>{verb}</Button>
        </div>
      </form>
    </Modal>
  );
}

/** One change of them; the list is loaded again after it, whatever came of it. */
function useChange<T>(change: () => Promise<T>, done: string, onClose: () => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: () => {
      toastOutcome({ outcome: 'done', text: done });
      onClose();
    },
    onSettled: () => queries.invalidateQueries({ queryKey: KEY }),
  });
}

function AddDialog({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const add = useChange(() => addPasskey(name.trim(), password), t('The passkey was added.'), onClose);
  const { error } = add;
  const wrong = error?.pointer === '/current_password' ? error.detail : undefined;
  return (
    <Ask title={t('Add a passkey')} verb={t('Continue')} busy={add.isPending} error={wrong ? null : error} onClose={onClose} onSubmit={() => { if (name.trim() && password) add.mutate(); }}>
      <TextInput label={t('Name')} description={t('To tell it from others: the device it is on.')} size="xs" required withAsterisk={false} maxLength={NAME_MAX} autoComplete="off" value={name} data-autofocus
        onChange={(event) => { setName(event.target.value); }} />
      <PasswordInput label={t('Your password')} size="xs" required withAsterisk={false} autoComplete="current-password" value={password} error={wrong}
        onChange={(event) => { setPassword(event.target.value); }} visibilityToggleButtonProps={{ 'aria-label': t('Show password') }} />
    </Ask>
  );
}

function RenameDialog({ passkey, onClose }: { passkey: Passkey; onClose: () => void }) {
  const [name, setName] = useState(passkey.name);
  const rename = useChange(() => unwrap(client.PATCH('/api/v1/me/passkeys/{id}', { params: { path: { id: passkey.id } }, body: { name: name.trim() } })), t('The passkey has its new name.'), onClose);
  return (
    <Ask title={t('Rename {name}', { name: passkey.name })} verb={t('Rename')} busy={rename.isPending} error={rename.error} onClose={onClose} onSubmit={() => { if (name.trim()) rename.mutate(); }}>
      <TextInput label={t('Name')} size="xs" required withAsterisk={false} maxLength={NAME_MAX} autoComplete="off" value={name} data-autofocus onChange={(event) => { setName(event.target.value); }} />
    </Ask>
  );
}

function DeleteDialog({ passkey, onClose }: { passkey: Passkey; onClose: () => void }) {
  const remove = useChange(() => unwrap(client.DELETE('/api/v1/me/passkeys/{id}', { params: { path: { id: passkey.id } } })), t('The passkey was deleted.'), onClose);
  return (
    <Ask title={t('Delete {name}', { name: passkey.name })} verb={t('Delete')} danger busy={remove.isPending} error={remove.error} onClose={onClose} onSubmit={() => { remove.mutate(); }}>
      <p>{t('It signs nobody in any more. Your device may still offer it: remove it there, too.')}</p>
    </Ask>
  );
}
