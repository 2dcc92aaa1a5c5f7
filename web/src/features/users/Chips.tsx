import { IconX } from '@tabler/icons-react';
import { t } from '../../shared/i18n';
import { useQuery } from '@tanstack/react-query';
import { client, unwrap, type FacetName } from '../../api/client';
import { conditionWords, parseConditionText } from './conditionModel';
import { facetValueWord } from './facetWords';
import { conditions, EMPTY_FILTER, FACETS, withChosen, withoutOther, type FilterModel } from './filterModel';
import { FACET_WORD, words } from './words';

/** What narrows the list, each part removable. */
export function Chips({ model, onChange }: { model: FilterModel; onChange: (model: FilterModel) => void }) {
  const n = conditions(model);
  if (n === 0) return null;
  return (
    <div className="chips" role="group" aria-label={t('Filters that are set')} tabIndex={-1}>
      {FACETS.map((facet) => {
        const values = model.chosen[facet] ?? [];
        return values.length > 0 ? <FacetChip key={facet} facet={facet} values={values} onRemove={() => { onChange(withChosen(model, facet, [])); }} /> : null;
      })}
      {model.other.map((expression, i) => <ConditionChip key={expression} expression={expression} onRemove={() => { onChange(withoutOther(model, i)); }} />)}
      {n > 1 ? <button type="button" className="lk" onClick={() => { onChange(EMPTY_FILTER); }}>{words.clearAll}</button> : null}
    </div>
  );
}

function ConditionChip({ expression, onRemove }: { expression: string; onRemove: () => void }) {
  const parsed = parseConditionText(expression);
  const said = parsed ? conditionWords(parsed) : null;
  return (
    <span className="chip">
      {said ? <><span>{said.label}</span><b>{said.op}</b>{said.value ? <bdi>{said.value}</bdi> : null}</> : <><span>{words.condition}</span><code data-tip={expression}>{expression}</code></>}
      <button type="button" aria-label={t('Remove filter {name}', { name: said ? said.label : expression })} onClick={onRemove}><IconX size={13} /></button>
    </span>
  );
}

const NAMED_MAX = 2;

function FacetChip({ facet, values, onRemove }: { facet: FacetName; values: readonly string[]; onRemove: () => void }) {
  const more = values.length - NAMED_MAX;
  return (
    <span className="chip">
      <span>{FACET_WORD[facet]}</span>
      <b>{values.length > 1 ? words.isAnyOf : words.is}</b>
      {values.slice(0, NAMED_MAX).map((value, i) => (
        <bdi key={value}><Named facet={facet} value={value} />{i < Math.min(values.length, NAMED_MAX) - 1 ? ',' : ''}</bdi>
      ))}
      {more > 0 ? <em>+{more}</em> : null}
      <button type="button" aria-label={t('Remove filter {name}', { name: FACET_WORD[facet] })} onClick={onRemove}><IconX size={13} /></button>
    </span>
  );
}

function Named({ facet, value }: { facet: FacetName; value: string }) {
  if (facet === 'organization') return <OrganizationName id={value} />;
  if (facet === 'connection') return <ConnectionName id={value} />;
  return facetValueWord(facet, value);
}

function OrganizationName({ id }: { id: string }) {
  const organization = useQuery({
    queryKey: ['organization', id],
    queryFn: ({ signal }) => unwrap(client.GET('/api/v1/organizations/{id}', { params: { path: { id } }, signal })),
  });
  return organization.data?.name ?? id;
}

function ConnectionName({ id }: { id: string }) {
  const connection = useQuery({
    queryKey: ['connection', id],
    queryFn: ({ signal }) => unwrap(client.GET('/api/v1/connections/{id}', { params: { path: { id } }, signal })),
  });
  return connection.data?.name ?? id;
}
