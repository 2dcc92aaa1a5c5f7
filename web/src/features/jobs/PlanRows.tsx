import { IconArrowRight } from '@tabler/icons-react';
import { useMutation, useQueries, useQueryClient } from '@tanstack/react-query';
import { useRef, type ReactNode } from 'react';
import { client, unwrap, type Plan, type PlanItem, type PlanVerdict } from '../../api/client';
import { t } from '../../shared/i18n';
import { OrganizationCell } from '../../shared/OrganizationCell';
import { StatusBadge } from '../../shared/StatusBadge';
import { toastError } from '../../shared/toasts';
import { usePhone } from '../../shared/usePhone';
import { useRowWindow } from '../../shared/useRowWindow';

export type PlanTab = PlanVerdict | 'dropped';

const PAGE = 100;
const ROW = 36;
const HEAD = 34;
/** On a phone a row has two lines, and no head. */
const ROW_PHONE = 64;
const NONE: ReadonlyMap<number, number> = new Map();

/** The rows of one part of the plan, page after page. */
export function PlanRows({ plan, tab }: { plan: Plan; tab: PlanTab }) {
  const box = useRef<HTMLDivElement>(null);
  const total = plan.counts[tab];
  const phone = usePhone();
  const view = useRowWindow(box, { count: total, rowPx: phone ? ROW_PHONE : ROW, extra: NONE, headPx: phone ? 0 : HEAD });
  const first = Math.floor(view.first / PAGE);
  const pages = useQueries({
    queries: Array.from({ length: Math.floor(view.last / PAGE) - first + 1 }, (_, i) => ({
      // The hash changes with every dropped row, and the rows move up.
      queryKey: ['plan', plan.id, 'items', plan.hash, tab, first + i],
      queryFn: ({ signal }: { signal: AbortSignal }) => unwrap(client.GET('/api/v1/plans/{id}/items', {
        params: { path: { id: plan.id }, query: { ...(tab === 'dropped' ? { dropped: true } : { verdict: tab }), offset: (first + i) * PAGE, limit: PAGE } }, signal,
      })),
      staleTime: Infinity,
    })),
  });
  const rowAt = (index: number) => pages[Math.floor(index / PAGE) - first]?.data?.items[index % PAGE];
  const failed = pages.find((page) => page.error)?.error;
  const queries = useQueryClient();
  const drop = useMutation({
    mutationFn: (number: number) => unwrap(client.DELETE('/api/v1/plans/{id}/items/{number}', { params: { path: { id: plan.id, number } } })),
    onSuccess: (next) => { queries.setQueryData(['plan', plan.id], next); },
    onError: toastError,
  });
  return (
    <section className="plmain">
      {failed ? <p className="stalenote" role="alert">{failed.detail}</p> : null}
      <div className="plrows" ref={box} tabIndex={0} role="tabpanel" id="plan-rows" aria-labelledby={`plan-${tab}`}>
        <div role="table" aria-label={t('Users in this plan')} aria-rowcount={total + 1} style={{ height: view.height }}>
          <div role="row" className="plr plrh">
            {[t('User'), t('Organization'), tab === 'not_allowed' ? t('State') : t('Before'), '', tab === 'not_allowed' ? t('Why not') : t('After'), ''].map((head, i) => (
              <span key={i} role="columnheader">{head || <span className="vh">{i === 3 ? t('to') : t('Drop')}</span>}</span>
            ))}
          </div>
          {view.rows.map(({ index, top }) => {
            const item = rowAt(index);
            return item ? <Row key={item.number} item={item} tab={tab} top={view.top + top} index={index}
              action={tab === 'change' && plan.job_id === null ? (
                <button type="button" className="lk" disabled={drop.isPending} aria-label={t('Drop {name}', { name: item.username })} onClick={() => { drop.mutate(item.number); }}>{t('Drop')}</button>
              ) : null} />
              : <div key={index} role="row" className="plr sk" style={{ top: view.top + top }}><span role="cell"><i className="bar w1" /></span></div>;
          })}
        </div>
        {total === 0 ? <p className="popnote">{tab === 'change' ? t('Nobody would be changed.') : t('Nobody.')}</p> : null}
      </div>
    </section>
  );
}

function Row({ item, tab, top, index, action }: { item: PlanItem; tab: PlanTab; top: number; index: number; action: ReactNode }) {
  const { username, organization, before, after, reason, note } = item;
  const why = reason?.detail ?? note ?? '';
  return (
    <div role="row" aria-rowindex={index + 2} className={tab === 'dropped' ? 'plr dropped' : 'plr'} style={{ top }}>
      <span role="cell" className="pluser"><b>{username}</b></span>
      <span role="cell" className="plorg"><OrganizationCell name={organization.name} path={organization.path} /></span>
      <span role="cell"><StatusBadge status={before} /></span>
      <span role="cell">{tab === 'change' ? <IconArrowRight size={14} className="mute" aria-hidden /> : null}</span>
      <span role="cell" className="plafter" data-tip={why || undefined}>
        {tab === 'dropped' ? <span className="mute">{t('Dropped')}</span> : tab === 'change' && after ? <StatusBadge status={after} /> : <span className="ink2">{reason?.short ?? (why || t('No other state'))}</span>}
      </span>
      <span role="cell" className="pldrop">{action}</span>
    </div>
  );
}
