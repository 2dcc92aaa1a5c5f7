import { Popover, TextInput } from '@mantine/core';
import { t } from '../shared/i18n';
import { useDebouncedValue, useDisclosure } from '@mantine/hooks';
import { IconCheck, IconChevronRight, IconSearch, IconSelector } from '@tabler/icons-react';
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { client, unwrap, type Organization } from '../api/client';
import { FRESHNESS } from '../shared/Freshness';
import { count } from '../shared/numbers';
import { useMe } from '../shared/session';

const PAGE = 200;
const ROW_PX = 30;
const DEBOUNCE_MS = 120;

export function ScopeSwitcher() {
  const { scope } = useSearch({ from: '/shell' });
  const me = useMe();
  const [open, { close, toggle }] = useDisclosure(false);
  const navigate = useNavigate();
  const current = useQuery({
    queryKey: ['organization', scope],
    queryFn: ({ signal }) => unwrap(client.GET('/api/v1/organizations/{id}', { params: { path: { id: scope ?? '' } }, signal })),
    enabled: scope !== undefined,
  });
  const name = scope ? current.data?.name ?? scope : me?.scope.name ?? '';
  const path = scope ? current.data?.path ?? [] : [];
  const choose = (organization: Organization) => {
    close();
    const next = organization.id === me?.scope.id ? undefined : organization.slug;
    void navigate({ to: '.', search: (s) => ({ ...s, scope: next, user: undefined, org: undefined }) });
  };
  return (
    <Popover opened={open} onChange={(next) => { if (!next) close(); }} position="bottom-start" offset={8} trapFocus returnFocus width={420}>
      <Popover.Target>
        <button type="button" className="scope" onClick={toggle} aria-haspopup="dialog" aria-expanded={open}>
          <span className="vh">{t('Scope:')} </span>
          {path.map((ancestor, i) => (
            <span key={i} className="anc"><bdi>{ancestor}</bdi><IconChevronRight size={13} aria-hidden /></span>
          ))}
          <span className="cur"><bdi>{name}</bdi></span>
          <IconSelector size={15} aria-hidden />
        </button>
      </Popover.Target>
      <Popover.Dropdown p={0} className="pop">
        {open ? <ScopeList currentId={scope ? current.data?.id : me?.scope.id} onChoose={choose} /> : null}
      </Popover.Dropdown>
    </Popover>
  );
}

function ScopeList({ currentId, onChoose }: { currentId: string | undefined; onChoose: (organization: Organization) => void }) {
  const [typed, setTyped] = useState('');
  const [q] = useDebouncedValue(typed.trim(), DEBOUNCE_MS);
  const [active, setActive] = useState(0);
  const list = useInfiniteQuery({
    queryKey: ['organizations', 'scopes', q],
    queryFn: ({ pageParam, signal }) => unwrap(client.GET('/api/v1/organizations', {
      params: { query: { mode: q ? 'flat' : 'tree', q: q || undefined, offset: pageParam, limit: PAGE } }, signal,
    })),
    initialPageParam: 0,
    getNextPageParam: (last, pages) => {
      const loaded = pages.reduce((sum, page) => sum + page.items.length, 0);
      return loaded < last.total && last.items.length > 0 ? loaded : undefined;
    },
    placeholderData: keepPreviousData,
  });
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  const box = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({ count: items.length, getScrollElement: () => box.current, estimateSize: () => ROW_PX, overscan: 6 });
  const shown = rows.getVirtualItems();
  const lastShown = shown.at(-1)?.index ?? 0;
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && lastShown >= items.length - 20) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage, lastShown, items.length]);

  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0) {
      event.preventDefault();
      const next = Math.max(0, Math.min(items.length - 1, active + step));
      setActive(next);
      rows.scrollToIndex(next);
    } else if (event.key === 'Enter') {
      const chosen = items[active];
      if (chosen) onChoose(chosen);
    }
  };
  return (
    <div onKeyDown={onKeyDown}>
      <div className="popsearch">
        <TextInput data-autofocus aria-label={t('Find an organization')} placeholder={t('Find an organization')} value={typed} variant="unstyled"
          role="combobox" aria-expanded aria-controls="scope-list" aria-activedescendant={items[active] ? `scope-${items[active].id}` : undefined}
          onChange={(event) => { setTyped(event.target.value); setActive(0); }} leftSection={<IconSearch size={15} />} />
      </div>
      {list.isError ? <p className="popnote badt">{list.error.detail}</p> : null}
      {list.isSuccess && items.length === 0 ? <p className="popnote">{t('No organization matches.')}</p> : null}
      <div className="scopelist" ref={box} tabIndex={0}>
        <div role="listbox" id="scope-list" aria-label={t('Organizations')} style={{ height: rows.getTotalSize(), position: 'relative' }}>
          {shown.map((row) => {
            const organization = items[row.index];
            if (!organization) return null;
            return (
              <ScopeOption key={organization.id} organization={organization} top={row.start} flat={q !== ''} current={organization.id === currentId}
                active={row.index === active} onChoose={onChoose} />
            );
          })}
        </div>
      </div>
    </div>
  );
}

interface OptionProps {
  organization: Organization;
  top: number;
  flat: boolean;
  current: boolean;
  active: boolean;
  onChoose: (organization: Organization) => void;
}

function ScopeOption({ organization, top, flat, current, active, onChoose }: OptionProps) {
  const { icon: Icon, className, word } = FRESHNESS[organization.health.state];
  return (
    <div id={`scope-${organization.id}`} role="option" aria-selected={current} className={active ? 'scopeit active' : 'scopeit'}
      style={{ top, paddingLeft: 8 + (flat ? 0 : organization.depth * 16) }} onClick={() => { onChoose(organization); }}>
      <bdi>{organization.name}</bdi>
      {flat && organization.path.length > 0 ? <span className="mute ell"><bdi>{organization.path.at(-1)}</bdi></span>
        : organization.kind === 'tenant' ? null : <span className="kind">{t(organization.kind)}</span>}
      <span className="grow" />
      {current ? <IconCheck size={14} aria-hidden /> : null}
      <span className={className} data-tip={organization.health.error ?? word}><Icon size={14} stroke={1.9} aria-hidden /></span>
      <span className="n">{count(organization.users)}</span>
    </div>
  );
}
