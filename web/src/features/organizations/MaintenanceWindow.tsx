import { Button, Checkbox, NumberInput, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { client, unwrap, type ApiError, type MaintenanceWindowState } from '../../api/client';
import { t } from '../../shared/i18n';
import { useMay } from '../../shared/session';
import { clock } from '../../shared/time';
import { toastOutcome } from '../../shared/toasts';
import { DAYS, readWindow, windowWords, type WindowForm } from './maintenanceModel';

/** When jobs may work on an organization, if they were told to wait for that. */
export function MaintenanceWindow({ slug, id }: { slug: string; id: string }) {
  const queries = useQueryClient();
  const may = useMay('orgs.manage');
  const [form, setForm] = useState<WindowForm | null>(null);
  const key = ['organization', slug, 'window'];
  const path = { params: { path: { id } } };
  const state = useQuery({ queryKey: key, queryFn: ({ signal }) => unwrap(client.GET('/api/v1/organizations/{id}/maintenance-window', { ...path, signal })) });
  const done = (text: string) => (now: MaintenanceWindowState) => {
    queries.setQueryData(key, now);
    setForm(null);
    toastOutcome({ outcome: 'done', text });
  };
  const save = useMutation({
    mutationFn: (body: NonNullable<MaintenanceWindowState['window']>) => unwrap(client.PUT('/api/v1/organizations/{id}/maintenance-window', { ...path, body })),
    onSuccess: done(t('The maintenance window is set.')),
  });
  const remove = useMutation({
    mutationFn: () => unwrap(client.DELETE('/api/v1/organizations/{id}/maintenance-window', path)),
    onSuccess: done(t('The maintenance window is removed.')),
  });
  if (state.isPending) return null;
  if (state.isError) return <section><h3>{t('Maintenance window')}</h3><p className="mute">{state.error.detail}</p></section>;
  const { window, set_on: setOn, open, opens_at: opensAt } = state.data;
  const own = setOn?.id === id;
  return (
    <section aria-label={t('Maintenance window')}>
      <h3>{t('Maintenance window')}</h3>
      {form ? (
        <WindowEditor form={form} error={save.error} busy={save.isPending} onChange={setForm} onCancel={() => { setForm(null); }} onSave={(body) => { save.mutate(body); }} />
      ) : (
        <>
          <p>{window ? windowWords(window) : t('None: jobs may work at any time.')}</p>
          {window ? <p className="mute">{open ? t('Open now.') : opensAt ? t('Closed. Opens {day} at {time}.', { day: opensAt.slice(0, 10), time: clock(opensAt) }) : null}{setOn && !own ? ` ${t('Set on {name}.', { name: setOn.name })}` : ''}</p> : null}
          {may ? (
            <p className="acts">
              <Button size="compact-xs" variant="default" onClick={() => { save.reset(); setForm({ days: window?.days ?? ['sat'], from: window?.from ?? '22:00', minutes: window?.minutes ?? 360 }); }}>{own ? t('Change') : t('Set a window')}</Button>
              {own ? <Button size="compact-xs" variant="default" loading={remove.isPending} onClick={() => { remove.mutate(); }}>{t('Remove')}</Button> : null}
            </p>
          ) : null}
          {remove.error ? <p className="formerror" role="alert">{remove.error.detail}</p> : null}
        </>
      )}
    </section>
  );
}

interface EditorProps {
  form: WindowForm;
  error: ApiError | null;
  busy: boolean;
  onChange: (form: WindowForm) => void;
  onCancel: () => void;
  onSave: (body: NonNullable<MaintenanceWindowState['window']>) => void;
}

function WindowEditor({ form, error, busy, onChange, onCancel, onSave }: EditorProps) {
  const ready = readWindow(form);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (ready && !busy) onSave(ready);
  };
  return (
    <form className="editform" onSubmit={submit}>
      <div className="days" role="group" aria-label={t('Days')}>
        {DAYS.map(({ day, word }) => (
          <Checkbox key={day} size="xs" label={word} checked={form.days.includes(day)} onChange={() => { onChange({ ...form, days: form.days.includes(day) ? form.days.filter((other) => other !== day) : [...form.days, day] }); }} />
        ))}
      </div>
      <div className="two">
        <TextInput size="xs" type="time" label={t('From (GMT)')} value={form.from} onChange={(event) => { onChange({ ...form, from: event.target.value }); }} />
        <NumberInput size="xs" label={t('Minutes')} min={1} max={10_080} value={form.minutes} hideControls onChange={(value) => { onChange({ ...form, minutes: Number(value) }); }} />
      </div>
      {error ? <p className="formerror" role="alert">{error.detail}</p> : null}
      <div className="dfoot">
        <Button size="xs" variant="default" onClick={onCancel}>{t('Cancel')}</Button>
        <Button size="xs" type="submit" disabled={!ready} loading={busy}>{t('Save')}</Button>
      </div>
    </form>
  );
}
