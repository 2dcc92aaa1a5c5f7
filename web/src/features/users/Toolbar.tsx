import { Kbd, Menu, TextInput } from '@mantine/core';
import { IconArrowDown, IconArrowsSort, IconArrowUp, IconCode, IconSearch } from '@tabler/icons-react';
import { memo, useEffect, useRef, useState } from 'react';
import type { FacetName } from '../../api/client';
import { t } from '../../shared/i18n';
import { isBehindDialog, isTyping } from '../../shared/keys';
import { Chips } from './Chips';
import { COLUMNS, PINNED, specOf, type ColumnChoice } from './columnsModel';
import { ColumnsPopover } from './ColumnsPopover';
import { FilterPopover } from './FilterPopover';
import type { FilterModel } from './filterModel';
import type { UsersSearch } from './search';
import { clickSort, type SortKey } from './sortModel';
import type { ListQuery } from './listQuery';
import { ViewsMenu } from './ViewsMenu';
import type { View } from './viewsModel';
import { words } from './words';

/** The first letter is asked for at once; those of one stroke of the fingers, or of a key that is held down, together. */
const GATHER_MS = 40;

interface Props {
  search: UsersSearch;
  query: ListQuery;
  filter: FilterModel;
  sort: readonly SortKey[];
  choice: ColumnChoice;
  facet: boolean | FacetName;
  onFacet: (facet: boolean | FacetName) => void;
  expression: boolean;
  onExpression: () => void;
  onSearch: (q: string) => void;
  onFilter: (filter: FilterModel) => void;
  onSort: (sort: readonly SortKey[]) => void;
  onChoice: (choice: ColumnChoice) => void;
  onView: (view: View) => void;
}

// What a letter in the search box does not change is not drawn anew for it.
const Search = memo(SearchBox);
const Filter = memo(FilterPopover);
const SetFilters = memo(Chips);
const Sort = memo(SortMenu);
const Views = memo(ViewsMenu);
const Columns = memo(ColumnsPopover);
/** What a closed filter counts. */
const NO_QUERY: ListQuery = { scope: undefined, q: undefined, filter: undefined, sort: '' };

export const Toolbar = memo(function Toolbar(props: Props) {
  const { search, query, filter, sort, choice, facet, onFacet, expression, onExpression, onSearch, onFilter, onSort, onChoice, onView } = props;
  return (
    <div className="toolbar">
      <Search q={query.q ?? ''} onSearch={onSearch} />
      <Filter query={facet === false ? NO_QUERY : query} model={filter} onApply={onFilter} opened={facet} onOpened={onFacet} />
      <SetFilters model={filter} onChange={onFilter} />
      <span className="grow" />
      <button type="button" className="tb hide-s" aria-pressed={expression} data-tip={t('Write the filter as an expression')} aria-label={t('Expression')} onClick={onExpression}><IconCode size={15} aria-hidden /></button>
      <Sort sort={sort} onSort={onSort} />
      <Views search={search} onShow={onView} />
      <Columns choice={choice} onChange={onChoice} />
    </div>
  );
});

function SearchBox({ q, onSearch }: { q: string; onSearch: (q: string) => void }) {
  const [typed, setTyped] = useState(q);
  const [known, setKnown] = useState(q);
  const input = useRef<HTMLInputElement>(null);
  const gather = useRef({ at: 0, timer: 0 });
  const send = (text: string) => {
    const now = performance.now();
    window.clearTimeout(gather.current.timer);
    const go = () => { gather.current.at = performance.now(); onSearch(text.trim()); };
    if (now - gather.current.at >= GATHER_MS) go();
    else gather.current.timer = window.setTimeout(go, GATHER_MS);
  };
  // The address may change under the box (Back, Clear filters); what is being typed wins.
  if (q !== known) {
    setKnown(q);
    if (typed.trim() !== q && document.activeElement !== input.current) setTyped(q);
  }
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (isTyping(event.target) || isBehindDialog() || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === '/') { event.preventDefault(); input.current?.focus(); }
      if (event.key.toLowerCase() === 'f') { event.preventDefault(); document.querySelector<HTMLButtonElement>('.filterbtn')?.click(); }
    };
    document.addEventListener('keydown', onKey);
    return () => { document.removeEventListener('keydown', onKey); };
  }, []);
  return (
    <TextInput ref={input} type="search" className="search" size="xs" aria-label={words.searchLabel} placeholder={words.search} value={typed} spellCheck={false}
      leftSection={<IconSearch size={15} />} rightSection={typed ? null : <Kbd className="hide-s">/</Kbd>}
      onKeyDown={(event) => { if (event.key === 'ArrowDown' || event.key === 'Enter') { event.preventDefault(); document.querySelector<HTMLElement>('[role=grid]')?.focus(); } }}
      onChange={(event) => { setTyped(event.target.value); setKnown(q); send(event.target.value); }} />
  );
}

/** Names the first sort even when its column is out of sight. */
function SortMenu({ sort, onSort }: { sort: readonly SortKey[]; onSort: (sort: readonly SortKey[]) => void }) {
  const first = sort[0];
  const more = sort.length - 1;
  const name = first ? specOf(first.id)?.header ?? first.id : '';
  return (
    <Menu position="bottom-end" width={240} withInitialFocusPlaceholder={false} closeOnItemClick={false}>
      <Menu.Target>
        <button type="button" className="tb hide-s" aria-label={t('Sort: {name}', { name })}>
          <IconArrowsSort size={15} aria-hidden />{name}{more > 0 ? <em>+{more}</em> : null}
        </button>
      </Menu.Target>
      <Menu.Dropdown className="amenu tall" aria-label={t('Sort by')}>
        {[...PINNED, ...COLUMNS].map(({ id, header }) => {
          const rank = sort.findIndex((key) => key.id === id);
          const key = sort[rank];
          const Arrow = key?.desc ? IconArrowDown : IconArrowUp;
          return (
            <Menu.Item key={id} onClick={(event) => { onSort(clickSort(sort, id, event.shiftKey)); }}
              rightSection={key ? <span className="why"><Arrow size={13} aria-label={key.desc ? t('descending') : t('ascending')} />{sort.length > 1 ? rank + 1 : ''}</span> : null}>
              {header}
            </Menu.Item>
          );
        })}
        <p className="popnote mute">{t('Shift adds a column.')}</p>
      </Menu.Dropdown>
    </Menu>
  );
}
