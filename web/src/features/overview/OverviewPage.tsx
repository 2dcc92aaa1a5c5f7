import { useQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { IconArrowUpRight } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { client, unwrap, type UserStatus } from '../../api/client';
import { CompletenessLine } from '../../shared/CompletenessLine';
import { ErrorFace, LoadingFace } from '../../shared/Faces';
import { t } from '../../shared/i18n';
import { count, percent, plural } from '../../shared/numbers';
import { StateBar } from '../../shared/StateBar';
import { STATUS, STATUS_ORDER } from '../../shared/StatusBadge';
import { Freshness } from './FreshnessMap';
import { Inactive, Jobs } from './Lists';
import { Lockouts } from './Lockouts';
import { MfaCoverage } from './MfaCoverage';

/** Pictures of everything in scope. Each says what it counts, and opens the list behind it. */
export function OverviewPage() {
  const { scope } = useSearch({ from: '/shell' });
  const page = useQuery({
    queryKey: ['users', 'overview', scope ?? ''],
    queryFn: ({ signal }) => unwrap(client.GET('/api/v1/users', { params: { query: { scope, limit: 1, facets: ['status', 'mfa'] } }, signal })),
  });
  return (
    <div className="page ov">
      <div className="phead"><h1>{t('Overview')}</h1></div>
      <CompletenessLine of={page.isError ? undefined : page.data?.completeness} scope={scope} />
      {page.isError && !page.data ? <ErrorFace what={t('The overview')} error={page.error} retryInS={8} onRetry={() => void page.refetch()} /> : null}
      {page.isPending ? <LoadingFace what={t('the overview')} /> : null}
      {page.data ? (
        <div className="ovg" tabIndex={0} role="region" aria-label={t('Overview')}>
          <States counts={Object.fromEntries((page.data.facets?.status ?? []).map((item) => [item.value, item.count]))} total={page.data.total} organizations={page.data.completeness.organizations} />
          <MfaCoverage scope={scope} facet={page.data.facets?.mfa ?? []} />
          <Lockouts scope={scope} />
          <section className="panel card5" aria-label={t('Jobs and inactive users')}><Jobs /><Inactive scope={scope} /></section>
          <Freshness scope={scope} />
        </div>
      ) : null}
    </div>
  );
}

export function PanelHead({ title, note, to }: { title: string; note: ReactNode; to: ReactNode }) {
  return <div className="chead"><h2>{title}</h2><span className="mute">{note}</span><span className="grow" />{to}</div>;
}

/** The way from a picture to the users it counts. */
export function OpenUsers({ filter, sort, what }: { filter?: string; sort?: string; what: string }) {
  return (
    <Link to="/users" search={(s) => ({ scope: s.scope, filter, sort })} className="lk" aria-label={t('Open {what}', { what })}>{t('Open')}<IconArrowUpRight size={14} aria-hidden /></Link>
  );
}

function States({ counts, total, organizations }: { counts: Partial<Record<UserStatus, number>>; total: number; organizations: number }) {
  return (
    <section className="panel card12">
      <PanelHead title={t('Users by state')} note={t('{users} in {organizations}', { users: plural(total, 'user'), organizations: plural(organizations, 'organization') })} to={<OpenUsers what={t('Users by state')} sort="status" />} />
      {total > 0 ? <StateBar counts={counts} height={28} /> : <p className="mute">{t('No users read yet.')}</p>}
      <ul className="stl">
        {STATUS_ORDER.map((status) => {
          const { icon: Icon, word, tone, tip } = STATUS[status];
          const n = counts[status] ?? 0;
          return (
            <li key={status} data-tip={tip}>
              <i className={`sw s-${tone}`} />
              <Link to="/users" search={(s) => ({ scope: s.scope, filter: `status eq "${status}"` })}><b className="tn">{count(n)}</b></Link>
              <span><Icon size={14} stroke={1.8} aria-hidden />{word}</span>
              <em className="tn">{percent(n, total)}</em>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
