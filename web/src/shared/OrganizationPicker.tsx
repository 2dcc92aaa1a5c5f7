import { TextInput } from '@mantine/core';
import { t } from './i18n';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { client, unwrap, type Organization } from '../api/client';

const SHOWN = 8;
const DEBOUNCE_MS = 120;

interface Props {
  label: string;
  slug: string;
  onChoose: (organization: Organization) => void;
  accept?: (organization: Organization) => boolean;
  /** In a row the name is only said, not shown. */
  hideLabel?: boolean;
  error?: string | undefined;
}

/** Finds one organization by typing; works with any number of them, because the server searches. */
export function OrganizationPicker({ label, slug, onChoose, accept = () => true, hideLabel = false, error }: Props) {
  const [typed, setTyped] = useState<string | null>(null);
  const [q] = useDebouncedValue(typed?.trim() ?? '', DEBOUNCE_MS);
  const chosen = useQuery({
    queryKey: ['organization', slug],
    queryFn: ({ signal }) => unwrap(client.GET('/api/v1/organizations/{id}', { params: { path: { id: slug } }, signal })),
    enabled: slug !== '',
  });
  const found = useQuery({
    queryKey: ['organizations', 'pick', q],
    queryFn: ({ signal }) => unwrap(client.GET('/api/v1/organizations', { params: { query: { q: q || undefined, limit: 50 } }, signal })),
    enabled: typed !== null,
    placeholderData: keepPreviousData,
  });
  const options = found.data?.items.filter(accept).slice(0, SHOWN) ?? [];
  // What is shown may still answer what was typed before: Enter must not take one of those.
  const settled = found.isSuccess && !found.isPlaceholderData && q === (typed?.trim() ?? '');
  const id = `pick-${label.toLowerCase().replaceAll(' ', '-')}`;
  const choose = (organization: Organization) => {
    setTyped(null);
    onChoose(organization);
  };
  return (
    <div className="picker" onBlur={(event) => { if (!event.currentTarget.contains(event.relatedTarget)) setTyped(null); }}>
      <TextInput {...(hideLabel ? { 'aria-label': label } : { label })} error={error} size="xs" autoComplete="off" role="combobox" aria-expanded={typed !== null} aria-controls={id} placeholder={t('Type to find')}
        value={typed ?? chosen.data?.name ?? ''} autoFocus={slug === ''} onClick={() => { setTyped((now) => now ?? ''); }} onChange={(event) => { setTyped(event.target.value); }}
        onKeyDown={(event) => {
          const first = options[0];
          if (event.key === 'ArrowDown' && typed === null) { event.preventDefault(); setTyped(''); }
          if (event.key === 'Enter' && typed !== null) { event.preventDefault(); if (first && settled) choose(first); }
          if (event.key === 'Escape' && typed !== null) { event.stopPropagation(); setTyped(null); }
        }} />
      {typed !== null ? (
        <div className="picklist" role="listbox" id={id} aria-label={label}>
          {options.map((organization) => (
            <button key={organization.id} type="button" role="option" aria-selected={organization.slug === slug} onClick={() => { choose(organization); }}>
              <bdi>{organization.name}</bdi><span className="kind">{t(organization.kind)}</span><span className="mute ell"><bdi>{organization.path.at(-1) ?? ''}</bdi></span>
            </button>
          ))}
          {found.isSuccess && options.length === 0 ? <p className="popnote">{t('No organization matches.')}</p> : null}
        </div>
      ) : null}
    </div>
  );
}
