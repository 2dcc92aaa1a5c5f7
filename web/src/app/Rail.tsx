import { ActionIcon } from '@mantine/core';
import { useLocalStorage, useMediaQuery } from '@mantine/hooks';
import { IconCloudOff, IconLayoutSidebarLeftCollapse, IconLayoutSidebarLeftExpand } from '@tabler/icons-react';
import { Link, useRouterState } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useJobsIn } from '../features/jobs/RunningJobs';
import { t } from '../shared/i18n';
import { useLive } from '../shared/live';
import { Mark } from '../shared/Mark';
import { clock } from '../shared/time';
import { PAGES, type PagePath } from './pages';

/** What waits on a page, as a number beside its name. */
function useWaiting(): Partial<Record<PagePath, number>> {
  return { '/jobs': useJobsIn('running').data?.length ?? 0, '/approvals': useJobsIn('awaiting_approval').data?.length ?? 0 };
}

/** The pages there are. The scope goes along, the rest of a page's state stays with it. */
export function Nav({ onGo }: { onGo?: () => void }) {
  const here = useRouterState({ select: (state) => state.location.pathname });
  const waiting = useWaiting();
  return (
    <nav aria-label={t('Main')}>
      <ul className="nav">
        {PAGES.map(({ to, word, icon: Icon, apart }) => (
          <li key={to} className={apart ? 'gap' : undefined}>
            <Link to={to} search={(s) => ({ scope: s.scope })} onClick={onGo} className={here === to ? 'navi on' : 'navi'} aria-current={here === to ? 'page' : undefined} aria-label={word} data-tip-collapsed={word}>
              <Icon size={17} stroke={1.7} aria-hidden />
              <span>{word}</span>
              {(waiting[to] ?? 0) > 0 ? <em>{waiting[to]}</em> : null}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

export function Rail() {
  const narrow = useMediaQuery('(max-width: 1100px)') ?? false;
  const [stored, setStored] = useLocalStorage<'open' | 'collapsed' | null>({ key: 'tenantry-rail', defaultValue: null });
  const collapsed = stored ? stored === 'collapsed' : narrow;
  const words = collapsed ? t('Open navigation') : t('Collapse navigation');
  const Icon = collapsed ? IconLayoutSidebarLeftExpand : IconLayoutSidebarLeftCollapse;
  return (
    <aside className={collapsed ? 'rail small' : 'rail'} aria-label={t('Navigation')}>
      <div className="brand">
        <Mark />
        <b>Tenantry</b>
        <ActionIcon variant="subtle" size="sm" aria-label={words} data-tip={words} className="qi coll" onClick={() => { setStored(collapsed ? 'open' : 'collapsed'); }}>
          <Icon size={17} stroke={1.7} />
        </ActionIcon>
      </div>
      <Nav />
      <RailFoot />
    </aside>
  );
}

const TICK_MS = 15_000;

function RailFoot() {
  const { live, since } = useLive();
  const [now, setNow] = useState(() => new Date().toISOString());
  useEffect(() => {
    const timer = window.setInterval(() => { setNow(new Date().toISOString()); }, TICK_MS);
    return () => { window.clearInterval(timer); };
  }, []);
  if (!live && since) {
    return (
      <div className="railfoot warnt" role="status" data-tip={t('Changes by others are not shown until the connection is back.')}>
        <span className="live"><IconCloudOff size={14} aria-hidden /><span>{t('Not live since {time}, trying again', { time: clock(since) })}</span></span>
      </div>
    );
  }
  return (
    <div className="railfoot">
      <span className="live"><i aria-hidden className={live ? '' : 'off'} /><span>{live ? t('Live') : t('Connecting')}</span></span>
      <span className="tn">{clock(now)}</span>
    </div>
  );
}
