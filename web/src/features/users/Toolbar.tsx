import { Kbd, Menu, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconArrowDown, IconArrowsSort, IconArrowUp, IconSearch } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { Chips } from './Chips';
import { COLUMNS, PINNED, type ColumnChoice } from './columnsModel';
import { ColumnsPopover } from './ColumnsPopover';
import { FilterPopover } from './FilterPopover';
import type { FilterModel } from './filterModel';
import { clickSort, type SortKey } from './sortModel';
import type { ListQuery } from './useUserPages';
import { words } from './words';

const DEBOUNCE_MS = 120;

interface Props {
  query: ListQuery;
  filter: FilterModel;
  sort: readonly SortKey[];
  choice: ColumnChoice;
  onSearch: (q: string) => void;
  onFilter: (filter: FilterModel) => void;
  onSort: (sort: readonly SortKey[]) => void;
  onChoice: (choice: ColumnChoice) => void;
}

export function Toolbar({ query, filter, sort, choice, onSearch, onFilter, onSort, onChoice }: Props) {
  return (
    <div className="toolbar">
      <SearchBox q={query.q ?? ''} onSearch={onSearch} />
      <FilterPopover query={query} model={filter} onApply={onFilter} />
      <Chips model={filter} onChange={onFilter} />
      <span className="grow" />
      <SortMenu sort={sort} onSort={onSort} />
      <ColumnsPopover choice={choice} onChange={onChoice} />
    </div>
  );
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

function SearchBox({ q, onSearch }: { q: string; onSearch: (q: string) => void }) {
  const [typed, setTyped] = useState(q);
  const [known, setKnown] = useState(q);
  const input = useRef<HTMLInputElement>(null);
  const send = useDebouncedCallback((text: string) => { onSearch(text.trim()); }, DEBOUNCE_MS);
  // The address may change under the box (Back, Clear filters); what is being typed wins.
  if (q !== known) {
    setKnown(q);
    if (typed.trim() !== q) setTyped(q);
  }
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (isTyping(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === '/') { event.preventDefault(); input.current?.focus(); }
      if (event.key.toLowerCase() === 'f') { event.preventDefault(); document.querySelector<HTMLButtonElement>('.filterbtn')?.click(); }
    };
    document.addEventListener('keydown', onKey);
    return () => { document.removeEventListener('keydown', onKey); };
  }, []);
  return (
    <TextInput ref={input} type="search" className="search" size="xs" aria-label={words.searchLabel} placeholder={words.search} value={typed} spellCheck={false}
      leftSection={<IconSearch size={15} />} rightSection={typed ? null : <Kbd className="hide-s">/</Kbd>}
      onChange={(event) => { setTyped(event.target.value); setKnown(q); send(event.target.value); }} />
  );
}

function headerOf(id: string): string {
  return [...PINNED, ...COLUMNS].find((column) => column.id === id)?.header ?? id;
}

/** Names the first sort even when its column is out of sight. */
function SortMenu({ sort, onSort }: { sort: readonly SortKey[]; onSort: (sort: readonly SortKey[]) => void }) {
  const first = sort[0];
  const more = sort.length - 1;
  return (
    <Menu position="bottom-end" width={240} withInitialFocusPlaceholder={false} closeOnItemClick={false}>
      <Menu.Target>
        <button type="button" className="tb hide-s" aria-label={`Sort: ${first ? headerOf(first.id) : ''}`}>
          <IconArrowsSort size={15} aria-hidden />{first ? headerOf(first.id) : ''}{more > 0 ? <em>+{more}</em> : null}
        </button>
      </Menu.Target>
      <Menu.Dropdown className="amenu tall" aria-label="Sort by">
        {[...PINNED, ...COLUMNS].map(({ id, header }) => {
          const rank = sort.findIndex((key) => key.id === id);
          const key = sort[rank];
          const Arrow = key?.desc ? IconArrowDown : IconArrowUp;
          return (
            <Menu.Item key={id} onClick={(event) => { onSort(clickSort(sort, id, event.shiftKey)); }}
              rightSection={key ? <span className="why"><Arrow size={13} aria-label={key.desc ? 'descending' : 'ascending'} />{sort.length > 1 ? rank + 1 : ''}</span> : null}>
              {header}
            </Menu.Item>
          );
        })}
        <p className="popnote mute">Shift adds a column.</p>
      </Menu.Dropdown>
    </Menu>
  );
}
