import { Button, TextInput } from '@mantine/core';
import { t } from '../../../shared/i18n';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { answer, client, unwrap, type User, type UserPatch } from '../../../api/client';
import { toastOutcome } from '../../../shared/toasts';
import { changesOf, conflictsOf, EDITABLE, FIELD_WORD, mayEdit, valuesOf, type EditField, type EditValues } from './editModel';

interface Props {
  user: User;
  etag: string;
  onSaved: (user: User) => void;
  onClose: () => void;
}

/** Edits the profile in the user's own directory. What changed meanwhile is shown beside what was typed. */
export function EditForm({ user, etag, onSaved, onClose }: Props) {
  const queries = useQueryClient();
  const [base, setBase] = useState(() => ({ values: valuesOf(user), etag }));
  const [values, setValues] = useState(() => valuesOf(user));
  const [reason, setReason] = useState('');
  const [theirs, setTheirs] = useState<{ values: EditValues; etag: string } | null>(null);

  const save = useMutation({
    mutationFn: (patch: UserPatch) => unwrap(client.PATCH('/api/v1/users/{id}', { params: { path: { id: user.id }, header: { 'If-Match': base.etag } }, body: patch })),
    onSuccess: (saved) => {
      toastOutcome({ outcome: 'done', text: t('{name} is changed.', { name: saved.username }) });
      onSaved(saved);
      onClose();
    },
    onError: (error) => { if (error.status === 412 || error.status === 409) void look.mutateAsync(); },
  });
  const look = useMutation({
    mutationFn: () => answer(client.GET('/api/v1/users/{id}', { params: { path: { id: user.id } } })),
    onSuccess: ({ data, etag: now }) => {
      setTheirs({ values: valuesOf(data), etag: now ?? data.etag });
      void queries.invalidateQueries({ queryKey: ['users'] });
    },
  });

  const patch = changesOf(base.values, values);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (patch && !save.isPending) save.mutate({ ...patch, ...(reason.trim() ? { reason: reason.trim() } : {}) });
  };
  /** Goes on from what the directory has now: fields not typed in follow it, the others keep what was typed. */
  const takeTheirs = (keepMine: boolean) => {
    if (!theirs) return;
    const next = { ...theirs.values };
    if (keepMine) for (const field of EDITABLE) if (values[field] !== base.values[field]) next[field] = values[field];
    setValues(next);
    setBase(theirs);
    setTheirs(null);
    save.reset();
  };
  const failed = save.error && !theirs ? save.error : null;
  return (
    <form className="editform" onSubmit={submit}>
      {EDITABLE.map((field) => (
        <TextInput key={field} size="xs" label={FIELD_WORD[field]} value={values[field]} disabled={!mayEdit(user, field)} type={field === 'email' ? 'email' : 'text'}
          description={mayEdit(user, field) ? undefined : t('This directory cannot change it.')}
          error={failed?.pointer === `/${field}` ? failed.detail : undefined}
          onChange={(event) => { setValues({ ...values, [field]: event.target.value }); }} />
      ))}
      <TextInput size="xs" label={t('Reason')} value={reason} maxLength={500} onChange={(event) => { setReason(event.target.value); }} />
      {theirs ? <Conflict detail={save.error?.detail ?? ''} fields={conflictsOf(base.values, values, theirs.values)} mine={values} theirs={theirs.values} onTake={takeTheirs} /> : null}
      {failed && !failed.pointer ? <p className="formerror" role="alert">{failed.detail}</p> : null}
      <div className="dfoot">
        <Button size="xs" variant="default" onClick={onClose}>{t('Cancel')}</Button>
        <Button size="xs" type="submit" disabled={!patch || theirs !== null} loading={save.isPending}>{t('Save')}</Button>
      </div>
    </form>
  );
}

interface ConflictProps {
  detail: string;
  fields: EditField[];
  mine: EditValues;
  theirs: EditValues;
  onTake: (keepMine: boolean) => void;
}

function Conflict({ detail, fields, mine, theirs, onTake }: ConflictProps) {
  return (
    <div className="conflict" role="alert">
      <p><b>{detail || t('Changed meanwhile. Your change was not saved.')}</b></p>
      {fields.length > 0 ? (
        <table>
          <thead><tr><th scope="col">{t('Field')}</th><th scope="col">{t('You typed')}</th><th scope="col">{t('Now in the directory')}</th></tr></thead>
          <tbody>
            {fields.map((field) => (
              <tr key={field}><th scope="row">{FIELD_WORD[field]}</th><td><bdi>{mine[field] || '–'}</bdi></td><td><bdi>{theirs[field] || '–'}</bdi></td></tr>
            ))}
          </tbody>
        </table>
      ) : <p>{t('What you typed touches other fields than what changed.')}</p>}
      <div className="dfoot">
        <Button size="xs" variant="default" onClick={() => { onTake(false); }}>{t('Take the directory\'s')}</Button>
        <Button size="xs" variant="default" onClick={() => { onTake(true); }}>{t('Keep mine, then save')}</Button>
      </div>
    </div>
  );
}
