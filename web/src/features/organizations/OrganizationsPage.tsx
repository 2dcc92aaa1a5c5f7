import { Button, SegmentedControl, TextInput } from '@mantine/core';
import { t } from '../../shared/i18n';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconCircleCheck, IconPlugConnected, IconPlus, IconSearch, IconSitemap } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Organization } from '../../api/client';
import { CompletenessLine } from '../../shared/CompletenessLine';
import { EmptyFace, ErrorFace, LoadingFace } from '../../shared/Faces';
import { count } from '../../shared/numbers';
import { useMay } from '../../shared/session';
import { StateLegend } from '../../shared/StateBar';
import { ConnectWizard } from './connect/ConnectWizard';
import { NewOrganization } from './NewOrganization';
import { OrganizationDrawer } from './OrganizationDrawer';
import { OrganizationRow } from './OrganizationRow';
import type { OrganizationsSearch } from './search';
import { kindCounts, onlyProblems, visible } from './treeModel';
import { useOrganizations } from './useOrganizations';
import { words } from './words';

const ROW_PX = 34;
const HEAD_PX = 34;
const DEBOUNCE_MS = 150;
const HEADS = [t('Organization'), t('Users'), t('States'), t('MFA'), t('Alerts'), t('Directories'), t('Data')];
const RIGHT = [1, 4];
export const ANY = 'choose';

export function OrganizationsPage() {
  const search = useSearch({ from: '/shell/organizations' });
  const navigate = useNavigate();
  const go = useCallback((change: Partial<OrganizationsSearch>, replace = false) => {
    void navigate({ to: '/organizations', search: (s) => ({ ...s, ...change }), replace });
  }, [navigate]);
  const problems = search.show === 'problems';
  const { list, items, total, completeness } = useOrganizations(search.scope, search.q, problems);
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const [creating, setCreating] = useState(false);
  const rows = useMemo(() => (problems ? onlyProblems(items) : search.q ? items : visible(items, closed)), [items, closed, problems, search.q]);
  const toggle = useCallback((id: string) => {
    setClosed((was) => {
      const next = new Set(was);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  }, []);
  const open = useCallback((organization: Organization) => { go({ org: organization.slug }); }, [go]);
  const setQ = useDebouncedCallback((q: string) => { go({ q: q.trim() || undefined }, true); }, DEBOUNCE_MS);
  const mayCreate = useMay('orgs.manage');
  const mayConnect = useMay('connections.manage');
  return (
    <div className="page">
      <div className="phead">
        <h1>{words.title}</h1>
        <div className="ptotal"><b>{total === undefined ? '–' : count(total)}</b>{list.hasNextPage ? null : <span className="mute">{kindCounts(items)}</span>}</div>
        <span className="grow" />
        {mayConnect ? <Button size="xs" variant="default" className="hide-s" leftSection={<IconPlugConnected size={15} />} onClick={() => { go({ connect: ANY }); }}>{words.connect}</Button> : null}
        {mayCreate ? <Button size="xs" leftSection={<IconPlus size={15} />} onClick={() => { setCreating(true); }}>{words.create}</Button> : null}
      </div>
      <div className="toolbar">
        <TextInput type="search" className="search" size="xs" aria-label={words.find} placeholder={words.find} defaultValue={search.q ?? ''} key={search.scope ?? ''}
          leftSection={<IconSearch size={15} />} onChange={(event) => { setQ(event.target.value); }} />
        <SegmentedControl size="xs" aria-label={t('Show')} value={problems ? 'problems' : 'all'} onChange={(value) => { go({ show: value === 'problems' ? value : undefined }); }}
          data={[{ value: 'all', label: words.all }, { value: 'problems', label: words.problems }]} />
        <span className="grow" />
        <StateLegend />
      </div>
      <CompletenessLine of={list.isError ? undefined : completeness} scope={search.scope} />
      {list.isError && items.length > 0 ? <p className="stalenote" role="alert">{list.error.detail} {t('What is shown was loaded before. It is tried again.')}</p> : null}
      {list.isPending ? <LoadingFace what={t('organizations')} /> : null}
      {list.isError && items.length === 0 ? <ErrorFace what={t('The organizations')} error={list.error} retryInS={8} onRetry={() => void list.refetch()} /> : null}
      {list.data && rows.length === 0 ? <Nothing q={search.q} problems={problems} loading={list.isFetching} onClear={() => { go({ q: undefined, show: undefined }); }} /> : null}
      {rows.length > 0 ? (
        <Tree rows={rows} closed={closed} openId={search.org} onToggle={toggle} onOpen={open}
          onEnd={() => { if (list.hasNextPage && !list.isFetchingNextPage) void list.fetchNextPage(); }} />
      ) : null}
      {search.org ? <OrganizationDrawer key={search.org} slug={search.org} onClose={() => { go({ org: undefined }); }} onConnect={(slug) => { go({ connect: slug }); }} /> : null}
      {search.connect ? <ConnectWizard organization={search.connect === ANY ? undefined : search.connect} onClose={(slug) => { go({ connect: undefined, ...(slug ? { org: slug } : {}) }); }} /> : null}
      {creating ? <NewOrganization parent={search.org ?? search.scope} onClose={(made) => { setCreating(false); if (made) go({ org: made.slug }); }} /> : null}
    </div>
  );
}

function Nothing({ q, problems, loading, onClear }: { q: string | undefined; problems: boolean; loading: boolean; onClear: () => void }) {
  if (loading) return <LoadingFace what={t('organizations')} />;
  if (problems && !q) return <EmptyFace title={words.noProblems} icon={IconCircleCheck}>{words.noProblemsWhy}</EmptyFace>;
  if (q) return <EmptyFace title={words.noMatch} action={<Button variant="default" size="xs" onClick={onClear}>{t('Clear')}</Button>} />;
  return <EmptyFace title={words.none} icon={IconSitemap}>{words.noneWhy}</EmptyFace>;
}

interface TreeProps {
  rows: Organization[];
  closed: ReadonlySet<string>;
  openId: string | undefined;
  onToggle: (id: string) => void;
  onOpen: (organization: Organization) => void;
  onEnd: () => void;
}

function Tree({ rows, closed, openId, onToggle, onOpen, onEnd }: TreeProps) {
  const box = useRef<HTMLDivElement>(null);
  const items = useVirtualizer({ count: rows.length, getScrollElement: () => box.current, estimateSize: () => ROW_PX, overscan: 10, paddingStart: HEAD_PX });
  const shown = items.getVirtualItems();
  const atEnd = (shown.at(-1)?.index ?? 0) >= rows.length - 30;
  useEffect(() => { if (atEnd) onEnd(); }, [atEnd, onEnd]);
  return (
    <div className="tablewrap tree" ref={box} tabIndex={0} role="treegrid" aria-label={words.title} aria-rowcount={rows.length + 1}>
      <div className="tbody otree" role="rowgroup" style={{ height: items.getTotalSize() }}>
        <div className="otr oth" role="row" aria-rowindex={1}>
          {HEADS.map((head, i) => <span key={head} role="columnheader" className={RIGHT.includes(i) ? 'r' : ''}>{head}</span>)}
        </div>
        {shown.map((item) => {
          const organization = rows[item.index];
          return organization ? (
            <OrganizationRow key={organization.id} organization={organization} top={item.start} index={item.index} closed={closed.has(organization.id)} opened={organization.slug === openId}
              onToggle={onToggle} onOpen={onOpen} />
          ) : null;
        })}
      </div>
    </div>
  );
}
