import { Button, Modal, TextInput } from '@mantine/core';
import { useMemo, useState, type FormEvent, type ReactNode } from 'react';
import type { ApiError, ConnectorAction } from '../../api/client';
import { errorAt, formOf, initialConfig, missing, type Config } from '../../shared/form/schemaForm';
import { SchemaForm } from '../../shared/form/SchemaForm';
import { t } from '../../shared/i18n';

const ROOT = '/parameters';

export interface OwnWish {
  parameters: Config;
  reason?: string;
  ticket?: string;
}

interface Props {
  action: Pick<ConnectorAction, 'title' | 'note' | 'risk' | 'parameters_schema'>;
  /** Whom it is about, for the title. */
  on: string;
  about: ReactNode;
  /** What is typed before it may run; null: nothing. */
  phrase?: string | null;
  /** The word on the button; the title of the action where it runs at once. */
  submit?: string;
  /** Whether the reason is asked for here; a preview asks later. */
  reasoned?: boolean;
  busy: boolean;
  failure: ApiError | null;
  onSubmit: (wish: OwnWish) => void;
  onCancel: () => void;
}

/** An action that a connector declares as its own: what to know before, and the form of its parameters. */
export function OwnAction({ action, on, about, phrase = null, submit, reasoned = false, busy, failure, onSubmit, onCancel }: Props) {
  const groups = useMemo(() => formOf(action.parameters_schema), [action.parameters_schema]);
  const [values, setValues] = useState<Config>(() => initialConfig(groups));
  const [tried, setTried] = useState(false);
  const [reason, setReason] = useState('');
  const [ticket, setTicket] = useState('');
  const [typed, setTyped] = useState('');
  const lacking = missing(groups, values);
  const said = errorAt(ROOT, failure);
  const ready = phrase === null || typed.trim().toLowerCase() === phrase.toLowerCase();
  const send = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (!ready || busy || Object.keys(lacking).length > 0) return;
    onSubmit({ parameters: values, ...(reason.trim() ? { reason: reason.trim() } : {}), ...(ticket.trim() ? { ticket: ticket.trim() } : {}) });
  };
  return (
    <Modal opened onClose={onCancel} withCloseButton={false} centered size={480} attributes={{ content: { 'aria-label': `${action.title}: ${on}` } }}>
      <form className="dialog" onSubmit={send} noValidate>
        <h2><bdi>{action.title}</bdi>: <bdi>{on}</bdi></h2>
        <p className="mute">{about}</p>
        <SchemaForm groups={groups} config={values} errors={{ ...said, ...(tried ? lacking : {}) }} onChange={setValues} />
        {action.note ? <p className="mute">{action.note}</p> : null}
        {reasoned ? (
          <div className="two">
            <TextInput label={t('Reason')} size="xs" value={reason} maxLength={500} onChange={(event) => { setReason(event.target.value); }} />
            <TextInput label={t('Ticket')} size="xs" value={ticket} maxLength={100} onChange={(event) => { setTicket(event.target.value); }} />
          </div>
        ) : null}
        {phrase === null ? null : (
          <TextInput size="xs" autoComplete="off" spellCheck={false} value={typed} onChange={(event) => { setTyped(event.target.value); }} label={<>{t('To confirm, type')} <code>{phrase}</code></>} />
        )}
        {failure && Object.keys(said).length === 0 ? <p className="formerror" role="alert">{failure.detail}</p> : null}
        <div className="dfoot">
          <Button size="xs" variant="default" onClick={onCancel}>{t('Cancel')}</Button>
          <Button size="xs" type="submit" className={action.risk === 'high' && !submit ? 'danger' : ''} disabled={!ready} loading={busy} {...(groups.length === 0 ? { 'data-autofocus': true } : {})}>{submit ?? action.title}</Button>
        </div>
      </form>
    </Modal>
  );
}
