import { Button, NativeSelect, TextInput } from '@mantine/core';
import { t } from '../../../shared/i18n';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { answer, client, unwrap, type User, type UserPatch } from '../../../api/client';
import { toastOutcome } from '../../../shared/toasts';
import { furtherAttributes } from '../attributes';
import { useConnectors } from '../useConnectors';
import { changedFields, changesOf, conflictsOf, fieldsOf, valuesOf, wrongOf, type EditField, type EditValues } from './editModel';

interface Props {
  user: User;
  etag: string;
  onSaved: (user: User) => void;
  onClose: () => void;
}

/** The form of a user: the fields of everybody, and what the connector's own schema has besides. */
export function EditForm(props: Props) {
  const connectors = useConnectors();
  // A portal account has no connector to ask.
  if (!connectors) return <p className="mute">{t('Loading')}</p>;
  return <Form {...props} fields={fieldsOf(props.user, furtherAttributes(connectors.find((one) => one.name === props.user.connector)))} />;
}

/** Edits the profile in the user's own directory. What changed meanwhile is shown beside what was typed. */
function Form({ user, etag, fields, onSaved, onClose }: Props & { fields: readonly EditField[] }) {
  const queries = useQueryClient();
  const [base, setBase] = useState(() => ({ values: valuesOf(user, fields), etag }));
  const [values, setValues] = useState(() => valuesOf(user, fields));
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
      setTheirs({ values: valuesOf(data, fields), etag: now ?? data.etag });
      void queries.invalidateQueries({ queryKey: ['users'] });
    },
  });

  const patch = changesOf(fields, base.values, values);
  const changed = changedFields(fields, base.values, values);
  const wrong = wrongOf(fields, base.values, values);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (patch && Object.keys(wrong).length === 0 && !save.isPending) save.mutate({ ...patch, ...(reason.trim() ? { reason: reason.trim() } : {}) });
  };
  /** Goes on from what the directory has now: fields not typed in follow it, the others keep what was typed. */
  const takeTheirs = (keepMine: boolean) => {
    if (!theirs) return;
    const next = { ...theirs.values };
    if (keepMine) for (const { pointer } of changed) next[pointer] = values[pointer] ?? '';
    setValues(next);
    setBase(theirs);
    setTheirs(null);
    save.reset();
  };
  const failed = save.error && !theirs ? save.error : null;
  return (
    <form className="editform" onSubmit={submit}>
      {fields.map((field) => (
        <Control key={field.pointer} field={field} value={values[field.pointer] ?? ''} error={wrong[field.pointer] ?? (failed?.pointer === field.pointer ? failed.detail : undefined)}
          onChange={(text) => { setValues({ ...values, [field.pointer]: text }); }} />
      ))}
      <TextInput size="xs" label={t('Reason')} value={reason} maxLength={500} onChange={(event) => { setReason(event.target.value); }} />
      {changed.length > 0 ? <Changes fields={changed} before={base.values} after={values} /> : null}
      {theirs ? <Conflict detail={save.error?.detail ?? ''} fields={conflictsOf(fields, base.values, values, theirs.values)} mine={values} theirs={theirs.values} onTake={takeTheirs} /> : null}
      {failed && !fields.some(({ pointer }) => pointer === failed.pointer) ? <p className="formerror" role="alert">{failed.detail}</p> : null}
      <div className="dfoot">
        <Button size="xs" variant="default" onClick={onClose}>{t('Cancel')}</Button>
        <Button size="xs" type="submit" disabled={!patch || theirs !== null || Object.keys(wrong).length > 0} loading={save.isPending}>{t('Save')}</Button>
      </div>
    </form>
  );
}

interface ControlProps {
  field: EditField;
  value: string;
  error: string | undefined;
  onChange: (text: string) => void;
}

function Control({ field, value, error, onChange }: ControlProps) {
  const common = { size: 'xs', label: field.label, value, error, required: field.required && field.editable, disabled: !field.editable, description: field.editable ? undefined : t('This directory cannot change it.') };
  if (field.kind === 'yes_no') {
    return <NativeSelect {...common} data={[{ value: '', label: '–' }, { value: 'true', label: t('Yes') }, { value: 'false', label: t('No') }]} onChange={(event) => { onChange(event.currentTarget.value); }} />;
  }
  return <TextInput {...common} type={field.kind === 'email' ? 'email' : 'text'} inputMode={field.kind === 'number' ? 'numeric' : undefined} onChange={(event) => { onChange(event.target.value); }} />;
}

/** What Save would do, before it does. */
function Changes({ fields, before, after }: { fields: readonly EditField[]; before: EditValues; after: EditValues }) {
  return (
    <div className="changes" role="group" aria-label={t('What changes')}>
      <h4>{t('What changes')}</h4>
      <dl>
        {fields.map(({ pointer, label }) => (
          <div key={pointer}><dt>{label}</dt><dd><del><bdi>{before[pointer] || '–'}</bdi></del> <span aria-hidden>→</span> <ins><bdi>{after[pointer] || '–'}</bdi></ins></dd></div>
        ))}
      </dl>
    </div>
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
              <tr key={field.pointer}><th scope="row">{field.label}</th><td><bdi>{mine[field.pointer] || '–'}</bdi></td><td><bdi>{theirs[field.pointer] || '–'}</bdi></td></tr>
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
