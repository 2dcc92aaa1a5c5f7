import { ActionIcon, Button, Checkbox, Popover } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconColumns3 } from '@tabler/icons-react';
import { COLUMNS, DEFAULT_CHOICE, moveColumn, toggleColumn, type ColumnChoice } from './columnsModel';
import { words } from './words';

/** Which columns are shown, and in which order. */
export function ColumnsPopover({ choice, onChange }: { choice: ColumnChoice; onChange: (choice: ColumnChoice) => void }) {
  const hidden = COLUMNS.filter((column) => !choice.order.includes(column.id)).map((column) => column.id);
  return (
    <Popover position="bottom-end" width={280} trapFocus returnFocus>
      <Popover.Target>
        <button type="button" className="tb hide-s" aria-haspopup="dialog"><IconColumns3 size={15} aria-hidden />{words.columns}</button>
      </Popover.Target>
      <Popover.Dropdown className="pop">
        <ul className="collist">
          {[...choice.order, ...hidden].map((id) => {
            const column = COLUMNS.find((spec) => spec.id === id);
            if (!column) return null;
            const at = choice.order.indexOf(id);
            return (
              <li key={id}>
                <Checkbox size="xs" label={column.header} checked={at >= 0} onChange={() => { onChange(toggleColumn(choice, id)); }} />
                <span className="grow" />
                {at >= 0 ? (
                  <>
                    <ActionIcon variant="subtle" size={24} className="qi" aria-label={`Move ${column.header} left`} disabled={at === 0} onClick={() => { onChange(moveColumn(choice, id, -1)); }}>
                      <IconArrowUp size={14} />
                    </ActionIcon>
                    <ActionIcon variant="subtle" size={24} className="qi" aria-label={`Move ${column.header} right`} disabled={at === choice.order.length - 1} onClick={() => { onChange(moveColumn(choice, id, 1)); }}>
                      <IconArrowDown size={14} />
                    </ActionIcon>
                  </>
                ) : null}
              </li>
            );
          })}
        </ul>
        <div className="popfoot"><Button variant="default" size="xs" onClick={() => { onChange(DEFAULT_CHOICE); }}>As at first</Button></div>
      </Popover.Dropdown>
    </Popover>
  );
}
