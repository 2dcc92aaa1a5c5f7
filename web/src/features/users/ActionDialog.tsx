import { Button, Modal, TextInput } from '@mantine/core';
import { t } from '../../shared/i18n';
import { useState, type FormEvent } from 'react';
import type { ActionName, User } from '../../api/client';
import { ACTION_WORD } from '../../shared/actionWords';
import { ACTIONS, consequenceOf } from './actions';

interface Props {
  action: ActionName;
  user: User;
  busy: boolean;
  /** The organization's policy refused it without one. */
  reasonWanted?: boolean | undefined;
  onCancel: () => void;
  onConfirm: (more: { reason?: string; ticket?: string; parameters?: Record<string, unknown> }) => void;
}

/** Says what will happen and to whom; delete wants the e-mail typed. */
export function ActionDialog({ action, user, busy, reasonWanted, onCancel, onConfirm }: Props) {
  const [reason, setReason] = useState('');
  const [ticket, setTicket] = useState('');
  const [typed, setTyped] = useState('');
  const { needs, danger } = ACTIONS[action];
  const consequence = consequenceOf(action, user);
  // A directory without e-mail addresses leaves the username to type.
  const phrase = user.email || user.username;
  const confirmed = needs !== 'typed' || typed.trim().toLowerCase() === phrase.toLowerCase();
  const ready = confirmed && (!reasonWanted || reason.trim() !== '');
  const verb = ACTION_WORD[action];
  const title = `${verb}: ${user.username}`;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!ready || busy) return;
    onConfirm({
      ...(reason.trim() ? { reason: reason.trim() } : {}),
      ...(ticket.trim() ? { ticket: ticket.trim() } : {}),
      ...(needs === 'typed' ? { parameters: { email: typed.trim() } } : {}),
    });
  };
  return (
    <Modal opened onClose={onCancel} withCloseButton={false} centered size={480} attributes={{ content: { 'aria-label': title } }}>
      <form className="dialog" onSubmit={submit}>
        <h2>{verb}: <bdi>{user.username}</bdi></h2>
        <p className="mute"><bdi>{user.display_name}</bdi>, <bdi>{user.organization.name}</bdi></p>
        {consequence ? <p>{consequence}</p> : null}
        <div className="two">
          <TextInput label={t('Reason')} size="xs" required={reasonWanted} withAsterisk={false} description={reasonWanted ? t('{organization} wants a reason with every action.', { organization: user.organization.name }) : undefined} {...(reasonWanted ? { 'data-autofocus': true } : {})} value={reason} maxLength={500} onChange={(event) => { setReason(event.target.value); }} />
          <TextInput label={t('Ticket')} size="xs" value={ticket} maxLength={100} onChange={(event) => { setTicket(event.target.value); }} />
        </div>
        {needs === 'typed' ? (
          <TextInput size="xs" data-autofocus={!reasonWanted} autoComplete="off" spellCheck={false} value={typed} onChange={(event) => { setTyped(event.target.value); }}
            label={<>{t('To')} {verb.toLowerCase()} {t('this user, type')} <code>{phrase}</code></>} />
        ) : null}
        <div className="dfoot">
          <Button size="xs" variant="default" onClick={onCancel}>{t('Cancel')}</Button>
          <Button size="xs" type="submit" className={danger ? 'danger' : ''} disabled={!ready} loading={busy} {...(needs === 'typed' || reasonWanted ? {} : { 'data-autofocus': true })}>
            {verb}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
