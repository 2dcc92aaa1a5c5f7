import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import type { KeyboardEvent, PointerEvent } from 'react';
import { clampWidth } from './columnsModel';
import type { SortKey } from './sortModel';

interface Props {
  id: string;
  header: string;
  index: number;
  width: number;
  pin: number | undefined;
  sort: readonly SortKey[];
  onSort: (id: string, add: boolean) => void;
  onDrag: (id: string, width: number) => void;
  onResize: (id: string, width: number) => void;
}

const STEP_PX = 16;

export function HeaderCell({ id, header, index, width, pin, sort, onSort, onDrag, onResize }: Props) {
  const rank = sort.findIndex((key) => key.id === id);
  const key = sort[rank];
  const Arrow = key?.desc ? IconArrowDown : IconArrowUp;
  return (
    <div role="columnheader" aria-colindex={index + 1} aria-sort={key ? (key.desc ? 'descending' : 'ascending') : undefined}
      className={`th c-${id}${pin === undefined ? '' : ' pin'}`} style={{ width, minWidth: width, ...(pin === undefined ? {} : { left: pin }) }}>
      <button type="button" className="sort" onClick={(event) => { onSort(id, event.shiftKey); }} data-tip={key ? undefined : 'Sort. With Shift, sort by this too.'}>
        {header}
        {key ? <Arrow size={13} aria-hidden /> : null}
        {key && sort.length > 1 ? <sup aria-label={`sort ${String(rank + 1)}`}>{rank + 1}</sup> : null}
      </button>
      <Handle id={id} header={header} width={width} onDrag={onDrag} onResize={onResize} />
    </div>
  );
}

function Handle({ id, header, width, onDrag, onResize }: Pick<Props, 'id' | 'header' | 'width' | 'onDrag' | 'onResize'>) {
  const onPointerDown = (event: PointerEvent<HTMLElement>) => {
    event.preventDefault();
    const handle = event.currentTarget;
    const start = event.clientX;
    const at = (now: globalThis.PointerEvent) => clampWidth(width + now.clientX - start);
    const move = (now: globalThis.PointerEvent) => { onDrag(id, at(now)); };
    const end = (now: globalThis.PointerEvent) => {
      handle.removeEventListener('pointermove', move);
      onResize(id, at(now));
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
    onResize(id, width + step);
  };
  return (
    <i className="rz" role="separator" aria-orientation="vertical" aria-label={`Width of ${header}`} aria-valuenow={width} aria-valuemin={56} aria-valuemax={800}
      tabIndex={0} onPointerDown={onPointerDown} onKeyDown={onKeyDown} />
  );
}
