import { ActionIcon, Drawer, Kbd, useMantineColorScheme } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Notifications } from '@mantine/notifications';
import { IconMenu2, IconSearch, IconSunMoon } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Outlet, useNavigate, useRouter, useRouterState, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useState } from 'react';
import { RunningJobs } from '../features/jobs/RunningJobs';
import { ErrorFace } from '../shared/Faces';
import { t } from '../shared/i18n';
import { LiveProvider } from '../shared/live';
import { meQuery } from '../shared/session';
import { OfflineBanner } from './OfflineBanner';
import { ProfileMenu } from './ProfileMenu';
import { Nav, Rail } from './Rail';
import { PAGES } from './pages';
import { ScopeSwitcher } from './ScopeSwitcher';
import { SessionEnded } from './SessionEnded';
import { useGlobalKeys } from './useGlobalKeys';

// What is opened later is loaded later.
const PlanDialog = lazy(() => import('../features/jobs/PlanDialog').then((file) => ({ default: file.PlanDialog })));
const JobDrawer = lazy(() => import('../features/jobs/JobDrawer').then((file) => ({ default: file.JobDrawer })));
const Palette = lazy(() => import('./Palette').then((file) => ({ default: file.Palette })));
const KeySheet = lazy(() => import('./KeySheet').then((file) => ({ default: file.KeySheet })));

/** Everything around a page. Nothing of a page is loaded before it is known who asks. */
export function Shell() {
  const me = useQuery(meQuery);
  if (me.data) {
    return (
      <LiveProvider>
        <Frame />
        <SessionEnded />
      </LiveProvider>
    );
  }
  if (me.error?.status === 401) return <ToSignIn />;
  return (
    <main className="page alone">
      {me.error ? <ErrorFace what={t('Your account')} error={me.error} onRetry={() => void me.refetch()} retryInS={8} /> : <span className="vh" role="status">{t('Loading')}</span>}
    </main>
  );
}

/** Goes to sign-in once, with the address that was asked for: it changes under the shell while the page is being loaded. */
function ToSignIn() {
  const navigate = useNavigate();
  const router = useRouter();
  useEffect(() => {
    const { href } = router.state.location;
    void navigate({ to: '/sign-in', search: { next: href === '/users' ? undefined : href }, replace: true });
  }, [navigate, router]);
  return null;
}

function Frame() {
  const [navOpen, nav] = useDisclosure(false);
  const [palette, setPalette] = useState(false);
  const [sheet, setSheet] = useState(false);
  const page = useRouterState({ select: (state) => state.location.pathname });
  useGlobalKeys({ onPalette: () => { setPalette(true); }, onSheet: () => { setSheet(true); } });
  useEffect(() => {
    const name = PAGES.find(({ to }) => to === page)?.word;
    document.title = name ? `${name} · Tenantry` : 'Tenantry';
  }, [page]);
  return (
    <div className="shell">
      <a className="skip" href="#main">{t('Skip to content')}</a>
      <Rail />
      <Drawer opened={navOpen} onClose={nav.close} size={260} title="Tenantry" padding="md" attributes={{ content: { 'aria-label': t('Navigation') } }}
        closeButtonProps={{ 'aria-label': t('Close navigation') }}>
        <Nav onGo={nav.close} />
      </Drawer>
      <header className="top">
        <ActionIcon variant="subtle" size={40} className="qi burger" aria-label={t('Open navigation')} onClick={nav.open}><IconMenu2 size={19} /></ActionIcon>
        <ScopeSwitcher />
        <span className="grow" />
        <button type="button" className="cmd" aria-label={`${t('Search or run a command')} Ctrl K`} onClick={() => { setPalette(true); }}><IconSearch size={15} aria-hidden /><span>{t('Search or run a command')}</span>{' '}<Kbd>Ctrl K</Kbd></button>
        <RunningJobs />
        <ThemeSwitch />
        <ProfileMenu onKeys={() => { setSheet(true); }} />
      </header>
      <div className="body">
        <OfflineBanner />
        <main className="main" id="main" tabIndex={-1}><Outlet /></main>
      </div>
      <section id="overlays" aria-label={t('Menus and panels')} />
      <Overlays />
      <Suspense>
        {palette ? <Palette onClose={() => { setPalette(false); }} onKeys={() => { setSheet(true); }} /> : null}
        {sheet ? <KeySheet onClose={() => { setSheet(false); }} /> : null}
      </Suspense>
      <Notifications position="bottom-right" limit={3} />
    </div>
  );
}

/** A preview and a job lie over any page: they are in the address. */
function Overlays() {
  const { plan, job } = useSearch({ from: '/shell' });
  const navigate = useNavigate();
  return (
    <Suspense>
      {job ? <JobDrawer key={job} id={job} onClose={() => { void navigate({ to: '.', search: (s) => ({ ...s, job: undefined }) }); }} /> : null}
      {plan ? <PlanDialog key={plan} id={plan} onClose={() => { void navigate({ to: '.', search: (s) => ({ ...s, plan: undefined }) }); }} /> : null}
    </Suspense>
  );
}

function ThemeSwitch() {
  // keepTransitions: without it Mantine writes a style tag, which the policy refuses.
  const { colorScheme, setColorScheme } = useMantineColorScheme({ keepTransitions: true });
  const dark = colorScheme === 'dark' || (colorScheme === 'auto' && matchMedia('(prefers-color-scheme: dark)').matches);
  const words = dark ? t('Switch to the light theme') : t('Switch to the dark theme');
  return (
    <ActionIcon variant="subtle" size={30} className="qi" aria-label={words} data-tip={words} onClick={() => { setColorScheme(dark ? 'light' : 'dark'); }}>
      <IconSunMoon size={18} stroke={1.7} />
    </ActionIcon>
  );
}
