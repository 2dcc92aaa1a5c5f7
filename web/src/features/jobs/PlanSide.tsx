import { IconAlertTriangle, IconArrowBackUp, IconBan, IconCircleCheck, IconCirclePlus, IconClock, IconForms, type Icon } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { client, unwrap, type Plan } from '../../api/client';
import { t } from '../../shared/i18n';
import { count } from '../../shared/numbers';
import { clock } from '../../shared/time';
import { duration, valuesOf } from './planModel';
import type { PlanTab } from './PlanRows';

const TABS: readonly { tab: PlanTab; icon: Icon; words: string; tone: string }[] = [
  { tab: 'change', icon: IconCirclePlus, words: t('will change'), tone: 't-change' },
  { tab: 'already_so', icon: IconCircleCheck, words: t('already so'), tone: 't-same' },
  { tab: 'not_allowed', icon: IconBan, words: t('not allowed'), tone: 't-no' },
];
const ORGANIZATIONS_SHOWN = 7;
const BAR = 64;

/** What will happen, by outcome and by organization, and what to know before. */
export function PlanSide({ plan, tab, onTab }: { plan: Plan; tab: PlanTab; onTab: (tab: PlanTab) => void }) {
  const { counts } = plan;
  const organizations = plan.by_organization.filter((one) => one.counts.change > 0);
  const most = organizations[0]?.counts.change ?? 1;
  const more = Math.max(0, plan.organizations - ORGANIZATIONS_SHOWN);
  return (
    <aside className="plside" aria-label={t('What will happen')}>
      <div className="plsplit" role="tablist" aria-orientation="vertical" aria-label={t('What will happen')}>
        {TABS.map(({ tab: name, icon: Icon, words, tone }) => (
          <button key={name} type="button" role="tab" id={`plan-${name}`} aria-selected={tab === name} aria-controls="plan-rows" className={`plt ${tone}`} onClick={() => { onTab(name); }}>
            <Icon size={17} stroke={1.8} aria-hidden /><b>{count(counts[name === 'dropped' ? 'dropped' : name])}</b><span>{words}</span>
          </button>
        ))}
        {counts.dropped > 0 ? <button type="button" role="tab" id="plan-dropped" aria-selected={tab === 'dropped'} aria-controls="plan-rows" className="plt pldrop" onClick={() => { onTab('dropped'); }}><i /><b>{count(counts.dropped)}</b><span>{t('dropped by you')}</span></button> : null}
      </div>
      {organizations.length > 0 ? (
        <>
          <h3>{t('By organization')}</h3>
          <ul className="plorgs">
            {organizations.slice(0, ORGANIZATIONS_SHOWN).map(({ organization, counts: { change } }) => (
              <li key={organization.id}>
                <bdi data-tip={organization.name}>{organization.name}</bdi>
                <svg width={BAR} height="6" aria-hidden><rect width={BAR} height="6" rx="2" fill="var(--c-track)" /><rect width={(BAR * change) / most} height="6" rx="2" fill="var(--c-bar)" /></svg>
                <b>{count(change)}</b>
              </li>
            ))}
            {more > 0 ? <li className="mute">{t('{n} more organizations', { n: count(more) })}</li> : null}
          </ul>
        </>
      ) : null}
      <dl className="plfacts">
        {valuesOf(plan.parameters).map(([name, value]) => <div key={name}><dt><IconForms size={15} aria-hidden />{t('With')}</dt><dd><bdi>{name}</bdi>: <bdi className="mono">{value}</bdi></dd></div>)}
        <div><dt><IconClock size={15} aria-hidden />{t('Time')}</dt><dd>{t('{time} at the rates of the directories.', { time: duration(plan.estimate_seconds) })}</dd></div>
        <div>
          <dt><IconArrowBackUp size={15} aria-hidden />{t('Undo')}</dt>
          <dd className={plan.irreversible ? 'warnt' : ''}>{plan.undoes ? t('This takes back an earlier job.') : plan.irreversible ? t('This cannot be taken back.') : t('It can be taken back from the state before. Whoever changes in between is left out.')}</dd>
        </div>
        <OldData plan={plan} />
        {plan.expires_at ? <div><dt><IconClock size={15} aria-hidden />{t('Valid')}</dt><dd>{t('until {time}', { time: clock(plan.expires_at) })}</dd></div> : null}
      </dl>
    </aside>
  );
}

/** Organizations of the plan whose users are shown from an older reading. */
function OldData({ plan }: { plan: Plan }) {
  const stale = useQuery({
    queryKey: ['completeness', 'plan'],
    queryFn: async ({ signal }) => {
      const pages = await Promise.all((['stale', 'unreachable'] as const).map((state) => unwrap(client.GET('/api/v1/completeness', { params: { query: { state, limit: 500 } }, signal }))));
      return new Set(pages.flatMap((page) => page.items.map((item) => item.organization.id)));
    },
  });
  const old = plan.by_organization.filter((one) => stale.data?.has(one.organization.id));
  if (old.length === 0) return null;
  const users = old.reduce((sum, one) => sum + one.counts.change, 0);
  return (
    <div>
      <dt><IconAlertTriangle size={15} aria-hidden />{t('Old data')}</dt>
      <dd className="warnt">{t('{n} users are shown from an older reading. Each is read again before it is changed.', { n: count(users) })}</dd>
    </div>
  );
}
