import { NativeSelect, NumberInput, PasswordInput, Switch, Textarea, TextInput } from '@mantine/core';
import { t } from '../i18n';
import { useState, type ReactNode } from 'react';
import type { Field } from './schemaForm';

export interface ControlProps {
  field: Field;
  value: unknown;
  error: string | undefined;
  onChange: (value: unknown) => void;
}

/** The one table from a field's kind to its control. A new kind is a compile error until it has one. */
export const CONTROLS: Record<Field['kind'], (props: ControlProps) => ReactNode> = {
  text: TextControl,
  long: LongControl,
  secret: SecretControl,
  number: NumberControl,
  integer: NumberControl,
  yes_no: YesNoControl,
  choice: ChoiceControl,
  list: ListControl,
  json: JsonControl,
};

function common({ field, error }: ControlProps) {
  return { label: field.label, description: field.help, error, required: field.required, size: 'xs', inputWrapperOrder: ['label', 'input', 'description', 'error'] } satisfies object;
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : value === undefined || value === null ? '' : JSON.stringify(value);
}

function TextControl(props: ControlProps) {
  return (
    <TextInput {...common(props)} inputWrapperOrder={['label', 'input', 'description', 'error']} value={asText(props.value)} spellCheck={false} autoComplete="off" inputMode={props.field.format === 'uri' ? 'url' : undefined}
      onChange={(event) => { props.onChange(event.target.value || undefined); }} />
  );
}

function LongControl(props: ControlProps) {
  return (
    <Textarea {...common(props)} inputWrapperOrder={['label', 'input', 'description', 'error']} rows={4} value={asText(props.value)} spellCheck={false} onChange={(event) => { props.onChange(event.target.value || undefined); }} />
  );
}

function SecretControl(props: ControlProps) {
  return (
    <PasswordInput {...common(props)} inputWrapperOrder={['label', 'input', 'description', 'error']} value={asText(props.value)} autoComplete="new-password" visibilityToggleButtonProps={{ 'aria-label': t('Show {name}', { name: props.field.label }) }}
      onChange={(event) => { props.onChange(event.target.value || undefined); }} />
  );
}

function NumberControl(props: ControlProps) {
  const { field, value, onChange } = props;
  return (
    <NumberInput {...common(props)} inputWrapperOrder={['label', 'input', 'description', 'error']} value={typeof value === 'number' ? value : ''} min={field.minimum} max={field.maximum} allowDecimal={field.kind === 'number'} clampBehavior="none" hideControls
      onChange={(next) => { onChange(typeof next === 'number' ? next : undefined); }} />
  );
}

function YesNoControl({ field, value, error, onChange }: ControlProps) {
  return <Switch size="xs" label={field.label} description={field.help} error={error} checked={value === true} onChange={(event) => { onChange(event.target.checked); }} />;
}

function ChoiceControl(props: ControlProps) {
  const { field, value, onChange } = props;
  const none = field.required && value !== undefined ? [] : [{ value: '', label: t('Choose') }];
  return (
    <NativeSelect {...common(props)} inputWrapperOrder={['label', 'input', 'description', 'error']} value={asText(value)} data={[...none, ...field.choices]} onChange={(event) => { onChange(event.target.value || undefined); }} />
  );
}

/** One entry a line. */
function ListControl(props: ControlProps) {
  const list = Array.isArray(props.value) ? props.value.map(asText) : [];
  return (
    <Textarea {...common(props)} inputWrapperOrder={['label', 'input', 'description', 'error']} rows={3} value={list.join('\n')} spellCheck={false} placeholder={t('One a line')}
      onChange={(event) => {
        const lines = event.target.value.split('\n');
        props.onChange(lines.some((line) => line.trim()) ? lines : undefined);
      }} />
  );
}

/** The visible fallback: this form does not know the kind, so the value is written as JSON. */
function JsonControl(props: ControlProps) {
  const [draft, setDraft] = useState(() => (props.value === undefined ? '' : JSON.stringify(props.value, null, 2)));
  const [wrong, setWrong] = useState(false);
  const change = (text: string) => {
    setDraft(text);
    if (!text.trim()) { setWrong(false); props.onChange(undefined); return; }
    try {
      const value: unknown = JSON.parse(text);
      setWrong(false);
      props.onChange(value);
    } catch {
      setWrong(true);
    }
  };
  return (
    <Textarea {...common(props)} inputWrapperOrder={['label', 'input', 'description', 'error']} rows={5} value={draft} spellCheck={false} className="jsonfield" onChange={(event) => { change(event.target.value); }}
      description={`${props.field.help ? `${props.field.help} ` : ''}${t('This form has no control for this kind of value: write it as JSON.')}`}
      error={wrong ? t('This is not JSON yet.') : props.error} />
  );
}
