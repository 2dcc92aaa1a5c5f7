import { ActionIcon, Button, Checkbox, Popover, SegmentedControl } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconColumns3, IconPin, IconPinnedFilled } from '@tabler/icons-react';
import { t } from '../../shared/i18n';
import { useDensity } from '../../shared/preferences';
import { COLUMNS, DEFAULT_CHOICE, moveColumn, shownOrder, toggleColumn, togglePin, type ColumnChoice } from './columnsModel';
import { words } from './words';

/** Which columns are shown, and in which order. */
export function ColumnsPopover({ choice, onChange }: { choice: ColumnChoice; onChange: (choice: ColumnChoice) => void }) {
  const hidden = COLUMNS.filter((column) => !choice.order.includes(column.id)).map((column) => column.id);
  const order = shownOrder(choice);
  const [density, setDensity] = useDensity();
  return (
    <Popover position="bottom-end" width={320} trapFocus returnFocus>
      <Popover.Target>
        <button type="button" className="tb hide-s" aria-haspopup="dialog"><IconColumns3 size={15} aria-hidden />{words.columns}</button>
      </Popover.Target>
      <Popover.Dropdown className="pop">
        <ul className="collist">
          {[...order, ...hidden].map((id) => {
            const column = COLUMNS.find((spec) => spec.id === id);
            if (!column) return null;
            const at = order.indexOf(id);
            return (
              <li key={id}>
                <Checkbox size="xs" label={column.header} checked={at >= 0} onChange={() => { onChange(toggleColumn(choice, id)); }} />
                <span className="grow" />
                {at >= 0 ? (
                  <>
                    <ActionIcon variant="subtle" size={24} className="qi" aria-label={t('Pin {name}', { name: column.header })} aria-pressed={choice.pinned.includes(id)} onClick={() => { onChange(togglePin(choice, id)); }}>
                      {choice.pinned.includes(id) ? <IconPinnedFilled size={14} /> : <IconPin size={14} />}
                    </ActionIcon>
                    <ActionIcon variant="subtle" size={24} className="qi" aria-label={t('Move {name} left', { name: column.header })} disabled={at === 0} onClick={() => { onChange(moveColumn(choice, id, -1)); }}>
                      <IconArrowUp size={14} />
                    </ActionIcon>
                    <ActionIcon variant="subtle" size={24} className="qi" aria-label={t('Move {name} right', { name: column.header })} disabled={at === order.length - 1} onClick={() => { onChange(moveColumn(choice, id, 1)); }}>
                      <IconArrowDown size={14} />
                    </ActionIcon>
                  </>
                ) : null}
              </li>
            );
          })}
        </ul>
        <div className="popfoot two">
          <SegmentedControl size="xs" aria-label={t('Row height')} value={density} onChange={(value) => { setDensity(value === 'comfortable' ? 'comfortable' : 'compact'); }}
            data={[{ value: 'compact', label: t('Compact') }, { value: 'comfortable', label: t('Comfortable') }]} />
          <Button variant="default" size="xs" onClick={() => { onChange(DEFAULT_CHOICE); }}>{t('As at first')}</Button>
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}
