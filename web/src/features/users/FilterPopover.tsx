import { Button, Checkbox, Popover, TextInput } from '@mantine/core';
import { t } from '../../shared/i18n';
import { IconFilter, IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { client, unwrap, type Facet, type FacetName } from '../../api/client';
import { count } from '../../shared/numbers';
import { facetValueWord } from './facetWords';
import { conditions, EMPTY_FILTER, FACETS, toExpression, withChosen, type FilterModel } from './filterModel';
import type { ListQuery } from './listQuery';
import { FACET_WORD, words } from './words';

interface Props {
  query: ListQuery;
  model: FilterModel;
  onApply: (model: FilterModel) => void;
}

interface PopoverProps extends Props {
  /** false: closed; true: open; a facet: open there. */
  opened: boolean | FacetName;
  onOpened: (opened: boolean) => void;
}

const SEARCH_FROM = 9;

export function FilterPopover({ query, model, onApply, opened, onOpened }: PopoverProps) {
  const open = opened !== false;
  const n = conditions(model);
  return (
    <Popover opened={open} onChange={(next) => { if (!next) onOpened(false); }} position="bottom-start" width={560} trapFocus returnFocus>
      <Popover.Target>
        <Button variant="default" size="xs" className="filterbtn" leftSection={<IconFilter size={15} />} onClick={() => { onOpened(!open); }} aria-haspopup="dialog" aria-expanded={open}>
          {words.filter}{n > 0 ? <em className="fcount" aria-hidden>{n}</em> : null}
        </Button>
      </Popover.Target>
      <Popover.Dropdown p={0} className="pop">
        {open ? <FilterEditor query={query} model={model} at={typeof opened === 'string' ? opened : null} onApply={(next) => { onOpened(false); onApply(next); }} /> : null}
      </Popover.Dropdown>
    </Popover>
  );
}

function FilterEditor({ query, model, at, onApply }: Props & { at: FacetName | null }) {
  const [draft, setDraft] = useState(model);
  const [facet, setFacet] = useState<FacetName>(at ?? FACETS.find((name) => (model.chosen[name]?.length ?? 0) > 0) ?? 'organization');
  // Counted over what the draft would give, so that the numbers answer "how many if I apply".
  const { scope, q } = query;
  const filter = toExpression(draft);
  const facets = useQuery({
    queryKey: ['facets', scope, q, filter],
    queryFn: async ({ signal }) => {
      const page = await unwrap(client.GET('/api/v1/users', { params: { query: { scope, q, filter, limit: 1, facets: [...FACETS] } }, signal }));
      return { facets: page.facets ?? {}, total: page.total };
    },
    placeholderData: (previous) => previous,
  });
  const chosen = draft.chosen[facet] ?? [];
  const toggle = (value: string) => {
    setDraft(withChosen(draft, facet, chosen.includes(value) ? chosen.filter((other) => other !== value) : [...chosen, value]));
  };
  return (
    <div className="filter">
      <div className="ffacets" role="tablist" aria-label={t('Filter by')} aria-orientation="vertical">
        {FACETS.map((name) => {
          const n = draft.chosen[name]?.length ?? 0;
          return (
            <button key={name} type="button" role="tab" id={`facet-${name}`} aria-selected={name === facet} aria-controls="facet-values" onClick={() => { setFacet(name); }}>
              {FACET_WORD[name]}{n > 0 ? <em aria-label={t('{n} chosen', { n })}>{n}</em> : null}
            </button>
          );
        })}
      </div>
      <div className="fvalues" role="tabpanel" id="facet-values" aria-labelledby={`facet-${facet}`} tabIndex={0}>
        {facets.isError ? <p className="popnote badt">{facets.error.detail}</p> : null}
        {facets.isPending ? <p className="popnote">{t('Counting')}</p> : <Values facet={facet} counted={facets.data?.facets[facet] ?? []} chosen={chosen} onToggle={toggle} />}
      </div>
      <div className="ffoot">
        <span className="mute tn">{facets.data ? t('{n} match', { n: count(facets.data.total) }) : ''}</span>
        <span className="grow" />
        <Button variant="default" size="xs" onClick={() => { setDraft({ ...EMPTY_FILTER, other: draft.other }); }}>{words.clear}</Button>
        <Button size="xs" onClick={() => { onApply(draft); }}>{words.apply}</Button>
      </div>
    </div>
  );
}

interface ValuesProps {
  facet: FacetName;
  counted: Facet;
  chosen: readonly string[];
  onToggle: (value: string) => void;
}

function Values({ facet, counted, chosen, onToggle }: ValuesProps) {
  const [find, setFind] = useState('');
  // What is chosen stays in sight even when it counts nothing any more.
  const gone: Facet = chosen.filter((value) => !counted.some((item) => item.value === value)).map((value) => ({ value, count: 0 }));
  const all = [...counted, ...gone].map((item) => ({ ...item, word: facetValueWord(facet, item.value, item.label) }));
  const shown = all.filter((item) => item.word.toLowerCase().includes(find.trim().toLowerCase()));
  if (all.length === 0) return <p className="popnote">{t('Nothing to choose here.')}</p>;
  return (
    <>
      {all.length >= SEARCH_FROM ? (
        <TextInput size="xs" aria-label={t('Find in {name}', { name: FACET_WORD[facet] })} placeholder={t('Find')} value={find} leftSection={<IconSearch size={14} />}
          onChange={(event) => { setFind(event.target.value); }} />
      ) : null}
      <ul>
        {shown.map((item) => (
          <li key={item.value}>
            <Checkbox size="xs" label={<bdi>{item.word}</bdi>} checked={chosen.includes(item.value)} onChange={() => { onToggle(item.value); }} />
            <span className="mute tn">{count(item.count)}</span>
          </li>
        ))}
      </ul>
    </>
  );
}
