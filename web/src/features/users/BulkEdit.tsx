import { Button, Modal, NativeSelect, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import type { PlanRequest } from '../../api/client';
import { t } from '../../shared/i18n';
import { plural } from '../../shared/numbers';
import { furtherAttributes, type Attribute } from './attributes';
import { valueOf } from './drawer/editModel';
import { useConnectors } from './useConnectors';

interface Props {
  /** How many are selected. */
  users: number;
  /** Their connectors, as far as they are known one by one; undefined: any. */
  connectors: readonly string[] | undefined;
  busy: boolean;
  onPreview: (parameters: NonNullable<PlanRequest['parameters']>) => void;
  onClose: () => void;
}

const EVERYBODY: readonly Attribute[] = [
  { name: 'phone', title: t('Phone'), kind: 'text', required: false },
  { name: 'first_name', title: t('First name'), kind: 'text', required: false },
  { name: 'last_name', title: t('Last name'), kind: 'text', required: true },
  { name: 'display_name', title: t('Display name'), kind: 'text', required: false },
];

/** One attribute of many users: chosen here, previewed by a plan, which asks each directory whether it can. */
export function BulkEdit({ users, connectors, busy, onPreview, onClose }: Props) {
  const known = useConnectors() ?? [];
  const further = known.filter((one) => !connectors || connectors.includes(one.name)).flatMap((one) => furtherAttributes(one))
    .filter((one, i, all) => all.findIndex((other) => other.name === one.name) === i);
  const all = [...further, ...EVERYBODY];
  const [name, setName] = useState('');
  const [value, setValue] = useState('');
  const attribute = all.find((one) => one.name === name);
  const wrong = attribute && (attribute.required && value.trim() === '' ? t('This is needed.') : attribute.kind === 'number' && value !== '' && !Number.isFinite(Number(value)) ? t('A number.') : undefined);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!attribute || wrong || busy) return;
    const field = EVERYBODY.includes(attribute);
    onPreview({ attributes: { [attribute.name]: field ? value.trim() : valueOf(attribute.kind, value.trim()) } });
  };
  return (
    <Modal opened onClose={onClose} withCloseButton={false} centered size={440} attributes={{ content: { 'aria-label': t('Change an attribute') } }}>
      <form className="dialog" onSubmit={submit} noValidate>
        <h2>{t('Change an attribute of {users}', { users: plural(users, 'user') })}</h2>
        <p className="mute">{t('Nothing changes yet: the preview shows each user, and who cannot be changed.')}</p>
        <NativeSelect size="xs" data-autofocus label={t('Attribute')} value={name} data={[{ value: '', label: t('Choose') }, ...all.map((one) => ({ value: one.name, label: one.title }))]}
          onChange={(event) => { setName(event.currentTarget.value); setValue(''); }} />
        {attribute?.kind === 'yes_no' ? (
          <NativeSelect size="xs" label={t('New value')} value={value} data={[{ value: '', label: '–' }, { value: 'true', label: t('Yes') }, { value: 'false', label: t('No') }]} onChange={(event) => { setValue(event.currentTarget.value); }} />
        ) : (
          <TextInput size="xs" label={t('New value')} value={value} maxLength={400} disabled={!attribute} error={value === '' ? undefined : wrong} description={attribute && !attribute.required && value === '' ? t('Left empty, the attribute is emptied.') : undefined}
            onChange={(event) => { setValue(event.target.value); }} />
        )}
        <div className="dfoot">
          <Button size="xs" variant="default" onClick={onClose}>{t('Cancel')}</Button>
          <Button size="xs" type="submit" disabled={!attribute || Boolean(wrong)} loading={busy}>{t('Preview')}</Button>
        </div>
      </form>
    </Modal>
  );
}
