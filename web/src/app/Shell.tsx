import { ActionIcon, Drawer, useMantineColorScheme } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Notifications } from '@mantine/notifications';
import { IconMenu2, IconSunMoon } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Outlet, useNavigate, useRouter, useRouterState } from '@tanstack/react-router';
import { useEffect } from 'react';
import { ErrorFace } from '../shared/Faces';
import { LiveProvider } from '../shared/live';
import { meQuery } from '../shared/session';
import { OfflineBanner } from './OfflineBanner';
import { ProfileMenu } from './ProfileMenu';
import { Nav, Rail } from './Rail';
import { ScopeSwitcher } from './ScopeSwitcher';
import { SessionEnded } from './SessionEnded';

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
      {me.error ? <ErrorFace what="Your account" error={me.error} onRetry={() => void me.refetch()} retryInS={8} /> : <span className="vh" role="status">Loading</span>}
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
  const page = useRouterState({ select: (state) => state.location.pathname });
  useEffect(() => {
    const name = page.slice(1, 2).toUpperCase() + page.slice(2);
    document.title = name ? `${name} · Tenantry` : 'Tenantry';
  }, [page]);
  return (
    <div className="shell">
      <a className="skip" href="#main">Skip to content</a>
      <Rail />
      <Drawer opened={navOpen} onClose={nav.close} size={260} title="Tenantry" padding="md" attributes={{ content: { 'aria-label': 'Navigation' } }}
        closeButtonProps={{ 'aria-label': 'Close navigation' }}>
        <Nav onGo={nav.close} />
      </Drawer>
      <header className="top">
        <ActionIcon variant="subtle" size={40} className="qi burger" aria-label="Open navigation" onClick={nav.open}><IconMenu2 size={19} /></ActionIcon>
        <ScopeSwitcher />
        <span className="grow" />
        <ThemeSwitch />
        <ProfileMenu />
      </header>
      <div className="body">
        <OfflineBanner />
        <main className="main" id="main" tabIndex={-1}><Outlet /></main>
      </div>
      <section id="overlays" aria-label="Menus and panels" />
      <Notifications position="bottom-right" limit={3} />
    </div>
  );
}

function ThemeSwitch() {
  // keepTransitions: without it Mantine writes a style tag, which the policy refuses.
  const { colorScheme, setColorScheme } = useMantineColorScheme({ keepTransitions: true });
  const dark = colorScheme === 'dark' || (colorScheme === 'auto' && matchMedia('(prefers-color-scheme: dark)').matches);
  const words = dark ? 'Switch to the light theme' : 'Switch to the dark theme';
  return (
    <ActionIcon variant="subtle" size={30} className="qi" aria-label={words} data-tip={words} onClick={() => { setColorScheme(dark ? 'light' : 'dark'); }}>
      <IconSunMoon size={18} stroke={1.7} />
    </ActionIcon>
  );
}
