import { Menu } from '@mantine/core';
import { IconArrowDown, IconArrowLeft, IconArrowRight, IconArrowUp, IconChevronDown, IconColumns3, IconFilter, IconFilterFilled, IconPin, IconPinnedOff } from '@tabler/icons-react';
import { useState, type DragEvent, type KeyboardEvent, type PointerEvent } from 'react';
import { t } from '../../shared/i18n';
import { ColumnFilter } from './ColumnFilter';
import { clampWidth, moveColumn, placeColumn, PINNED, resizeColumn, shownOrder, toggleColumn, togglePin, type ColumnChoice } from './columnsModel';
import { operatorsOf, parseConditionText } from './conditionModel';
import type { FilterModel } from './filterModel';
import { FACET_OF_COLUMN } from './facetWords';
import { clickSort, type SortKey } from './sortModel';
import { pinnedAt } from './useColumnLayout';

export interface HeaderShared {
  sort: readonly SortKey[];
  choice: ColumnChoice;
  filter: FilterModel;
  onSort: (sort: readonly SortKey[]) => void;
  onChoice: (choice: ColumnChoice) => void;
  onFilter: (filter: FilterModel) => void;
  /** Opens the filter menu at what this column shows. */
  onFacet: (column: string) => void;
  onDrag: (id: string, width: number) => void;
  onDragEnd: () => void;
}

interface Props extends HeaderShared {
  id: string;
  header: string;
  index: number;
  width: number;
  pin: number | undefined;
}

const STEP_PX = 16;

export function HeaderCell(props: Props) {
  const { id, header, index, width, pin, sort, choice, onSort, onChoice } = props;
  const rank = sort.findIndex((key) => key.id === id);
  const key = sort[rank];
  const Arrow = key?.desc ? IconArrowDown : IconArrowUp;
  const fixed = PINNED.some((column) => column.id === id);
  const [over, setOver] = useState(false);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    onChoice(placeColumn(choice, event.dataTransfer.getData('text/plain'), id));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (!event.altKey || fixed || (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight')) return;
    event.preventDefault();
    event.stopPropagation();
    onChoice(moveColumn(choice, id, event.key === 'ArrowLeft' ? -1 : 1));
  };
  return (
    <div role="columnheader" aria-colindex={index + 1} aria-sort={key ? (key.desc ? 'descending' : 'ascending') : undefined}
      className={`th c-${id}${pin === undefined ? '' : ' pin'}${over ? ' over' : ''}`} style={pinnedAt(width, pin)}
      onDragOver={fixed ? undefined : (event) => { event.preventDefault(); setOver(true); }} onDragLeave={() => { setOver(false); }} onDrop={fixed ? undefined : drop}>
      <button type="button" className="sort" draggable={!fixed} onDragStart={(event) => { event.dataTransfer.setData('text/plain', id); event.dataTransfer.effectAllowed = 'move'; }} onKeyDown={onKeyDown}
        onClick={(event) => { onSort(clickSort(sort, id, event.shiftKey)); }} data-tip={key ? undefined : t('Sort. With Shift, sort by this too. Drag to move the column.')}>
        <span>{header}</span>
        {key ? <Arrow size={13} aria-hidden /> : null}
        {key && sort.length > 1 ? <sup aria-label={t('sort {n}', { n: rank + 1 })}>{rank + 1}</sup> : null}
      </button>
      <ColumnMenu {...props} fixed={fixed} />
      <Handle {...props} />
    </div>
  );
}

function ColumnMenu({ id, header, sort, choice, filter, onSort, onChoice, onFilter, onFacet, fixed }: Props & { fixed: boolean }) {
  const [open, setOpen] = useState(false);
  const facet = FACET_OF_COLUMN[id];
  const condition = filter.other.map(parseConditionText).find((one) => one?.field === (id === 'role' ? 'role' : id));
  const filtered = condition !== undefined || (facet !== undefined && (filter.chosen[facet]?.length ?? 0) > 0);
  const order = shownOrder(choice);
  const at = order.indexOf(id);
  const pinned = choice.pinned.includes(id);
  const button = (
    <button type="button" className={filtered ? 'colm set' : 'colm'} aria-label={t('Column {name}', { name: header }) + (filtered ? `, ${t('filtered')}` : '')} aria-haspopup="menu" aria-expanded={open} onClick={() => { setOpen(!open); }}>
      {filtered ? <IconFilterFilled size={12} aria-hidden /> : <IconChevronDown size={13} aria-hidden />}
    </button>
  );
  if (!open) return button;
  const pick = (change: () => void) => () => { setOpen(false); change(); };
  return (
    <Menu opened onChange={setOpen} position="bottom-start" width={256} withInitialFocusPlaceholder={false} offset={4}>
      <Menu.Target>{button}</Menu.Target>
      <Menu.Dropdown className="amenu" aria-label={t('Column {name}', { name: header })}>
        <Menu.Item leftSection={<IconArrowUp size={15} />} onClick={pick(() => { onSort([{ id, desc: false }]); })}>{t('Sort ascending')}</Menu.Item>
        <Menu.Item leftSection={<IconArrowDown size={15} />} onClick={pick(() => { onSort([{ id, desc: true }]); })}>{t('Sort descending')}</Menu.Item>
        {sort.some((key) => key.id !== id) ? <Menu.Item leftSection={<IconArrowUp size={15} />} onClick={pick(() => { onSort(clickSort(sort, id, true)); })}>{t('Sort by this too')}</Menu.Item> : null}
        {facet ? <Menu.Item leftSection={<IconFilter size={15} />} onClick={pick(() => { onFacet(id); })}>{t('Filter by value …')}</Menu.Item> : null}
        {fixed ? null : (
          <>
            <Menu.Item leftSection={pinned ? <IconPinnedOff size={15} /> : <IconPin size={15} />} onClick={pick(() => { onChoice(togglePin(choice, id)); })}>{pinned ? t('Unpin') : t('Pin left')}</Menu.Item>
            <Menu.Item leftSection={<IconArrowLeft size={15} />} aria-disabled={at === 0 || undefined} onClick={pick(() => { onChoice(moveColumn(choice, id, -1)); })}>{t('Move left')}</Menu.Item>
            <Menu.Item leftSection={<IconArrowRight size={15} />} aria-disabled={at === order.length - 1 || undefined} onClick={pick(() => { onChoice(moveColumn(choice, id, 1)); })}>{t('Move right')}</Menu.Item>
            <Menu.Item leftSection={<IconColumns3 size={15} />} onClick={pick(() => { onChoice(toggleColumn(choice, id)); })}>{t('Hide column')}</Menu.Item>
          </>
        )}
        {operatorsOf(id).length > 0 ? <ColumnFilter id={id} filter={filter} onFilter={(next) => { setOpen(false); onFilter(next); }} /> : null}
      </Menu.Dropdown>
    </Menu>
  );
}

function Handle({ id, header, width, choice, onDrag, onDragEnd, onChoice }: Props) {
  const onPointerDown = (event: PointerEvent<HTMLElement>) => {
    event.preventDefault();
    const handle = event.currentTarget;
    const start = event.clientX;
    const at = (now: globalThis.PointerEvent) => clampWidth(width + now.clientX - start);
    const move = (now: globalThis.PointerEvent) => { onDrag(id, at(now)); };
    const end = (now: globalThis.PointerEvent) => {
      handle.removeEventListener('pointermove', move);
      onDragEnd();
      onChoice(resizeColumn(choice, id, at(now)));
    };
    handle.setPointerCapture(event.pointerId);
    handle.addEventListener('pointermove', move);
    handle.addEventListener('pointerup', end, { once: true });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowRight' ? STEP_PX : event.key === 'ArrowLeft' ? -STEP_PX : 0;
    if (step === 0) return;
    event.preventDefault();
    event.stopPropagation();
    onChoice(resizeColumn(choice, id, width + step));
  };
  return (
    <i className="rz" role="separator" aria-orientation="vertical" aria-label={t('Width of {name}', { name: header })} aria-valuenow={width} aria-valuemin={56} aria-valuemax={800}
      tabIndex={0} onPointerDown={onPointerDown} onKeyDown={onKeyDown} />
  );
}
