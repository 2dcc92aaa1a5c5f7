import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useState, type KeyboardEvent } from 'react';
import { t } from '../../shared/i18n';
import { needsValue, operatorsOf, OPERATOR_WORD, parseConditionText, TIME_FIELDS, withCondition, type Operator } from './conditionModel';
import type { FilterModel } from './filterModel';

/** A condition on one column: the operator, the value, Apply. */
export function ColumnFilter({ id, filter, onFilter }: { id: string; filter: FilterModel; onFilter: (filter: FilterModel) => void }) {
  const now = filter.other.map(parseConditionText).find((one) => one?.field === id) ?? null;
  const operators = operatorsOf(id);
  const [op, setOp] = useState<Operator>(now?.op ?? operators[0] ?? 'co');
  const [value, setValue] = useState(now?.value ?? '');
  const ready = !needsValue(op) || value.trim() !== '';
  const apply = () => { if (ready) onFilter({ ...filter, other: withCondition(filter.other, id, { field: id, op, value: value.trim() }) }); };
  // A menu takes letters and arrows for itself; here they belong to the fields.
  const own = (event: KeyboardEvent) => {
    if (event.key === 'Escape' || event.key === 'Tab') return;
    event.stopPropagation();
    if (event.key === 'Enter') { event.preventDefault(); apply(); }
  };
  return (
    <div className="colfilter" role="group" aria-label={t('Filter this column')} onKeyDown={own}>
      <NativeSelect size="xs" aria-label={t('Condition')} value={op} data={operators.map((one) => ({ value: one, label: OPERATOR_WORD[one] }))}
        onChange={(event) => { setOp(operators.find((one) => one === event.currentTarget.value) ?? op); }} />
      {needsValue(op) ? (
        <TextInput size="xs" aria-label={t('Value')} type={TIME_FIELDS.includes(id) ? 'date' : 'text'} value={value} onChange={(event) => { setValue(event.target.value); }} />
      ) : null}
      <div className="dfoot">
        {now ? <Button size="xs" variant="default" onClick={() => { onFilter({ ...filter, other: withCondition(filter.other, id, null) }); }}>{t('Clear')}</Button> : null}
        <Button size="xs" disabled={!ready} onClick={apply}>{t('Apply')}</Button>
      </div>
    </div>
  );
}
