// Pictures of every page, light, dark and on a phone, from a running server: node tests/e2e/screenshots.mjs FOLDER [NAME...]
// Of a demo one directory is away in some of them.
// TENANTRY_RUN or TENANTRY_URL, TENANTRY_USER and TENANTRY_PASSWORD name the server. NAMEs choose among the pages.
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { session, until } from './support/api.mjs';
import { demo, launch, openPage, signIn, url } from './support/browser.mjs';

const [folder = 'screenshots', ...only] = process.argv.slice(2);
const LOOKS = process.env.LOOK ? [{ look: process.env.LOOK, theme: process.env.LOOK === "dark" ? "dark" : "light", width: process.env.LOOK === "phone" ? 390 : 1440, height: process.env.LOOK === "phone" ? 844 : 900 }] : [
  { look: 'light', theme: 'light', width: 1440, height: 900 },
  { look: 'dark', theme: 'dark', width: 1440, height: 900 },
  { look: 'phone', theme: 'light', width: 390, height: 844 },
];
const settled = async (page) => {
  await page.waitForLoadState('networkidle', { timeout: 3_000 }).catch(() => undefined);
  await page.waitForTimeout(300);
};
// The first that is there of several, in this order.
const click = (...names) => async (page) => {
  await page.locator(names.join(', ')).first().waitFor();
  for (const name of names) if (await page.locator(name).count()) { await page.locator(name).first().click(); return; }
};
// Previews a suspension; nothing is confirmed.
const preview = async (page) => {
  await page.locator('.ck').nth(5).waitFor();
  const every = page.getByRole('checkbox', { name: 'Select the loaded page' });
  if (await every.count()) await every.click();
  else for (let i = 0; i < 5; i += 1) await page.locator('.ck').nth(i).click();
  await page.locator('.selbar').getByRole('button', { name: /^Suspend/ }).click();
  await page.locator('.plr .pluser').first().waitFor();
};
// What is shown where; a step that cannot be taken on a phone is left out there.
const PAGES = {
  users: { path: '/users', away: true },
  'users-expanded': { path: '/users?filter=status%20eq%20%22ACTIVE%22&sort=organization', act: click('.tr .xbtn'), phone: false },
  'users-menu': { path: '/users', act: click('.tr .dots'), phone: false },
  // Four things of the list in one picture: an open row, a selection, its bar, and the menu with its reasons.
  'users-all': { path: '/users?sort=username', act: async (page) => { await click('.tr .xbtn')(page); for (const i of [3, 5, 6, 9]) await page.locator('.tr .ck').nth(i).click(); await page.locator('.tr .dots').nth(6).click(); }, away: true, phone: false },
  'own-action': { path: '/users?filter=connector%20eq%20%22org.tenantry.ldap%22', act: async (page) => { await click('.tr .dots, .card .dots')(page); await page.getByRole('menuitem', { name: /^Move to another unit/ }).click(); } },
  'plan-many': { path: '/users?filter=alerts%20eq%20%22inactive%22', act: async (page) => { await page.getByRole('checkbox', { name: 'Select the loaded page' }).click(); await page.getByRole('button', { name: /^Select all/ }).click(); await page.locator('.selbar').getByRole('button', { name: /^Suspend/ }).click(); await page.locator('.plr .pluser').first().waitFor(); }, phone: false },
  'users-filter': { path: '/users', act: click('.filterbtn') },
  'users-column': { path: '/users', act: async (page) => { await page.locator('.th.c-email').hover(); await page.locator('.th.c-email .colm').click(); }, phone: false },
  'users-expression': { path: '/users?filter=status%20eq%20%22LOCKED_OUT%22', act: async (page) => { await page.getByRole('button', { name: 'Expression' }).click(); await page.locator('.exprin').fill('status eq "LOCKED_OUT" and mfa. xx'); }, phone: false },
  'users-completeness': { path: '/users', act: async (page) => { if (await page.locator('.complete .lk').count()) await click('.complete .lk')(page); }, away: true, phone: false },
  'users-empty': { path: '/users?q=nobody-is-called-so' },
  'user-details': { path: '/users?sort=username', act: click('.tr .ulink, .cname') },
  'users-selected': { path: '/users?sort=username', act: async (page) => { for (let i = 0; i < 6; i += 1) await page.locator('.ck').nth(i + 1).click(); } },
  plan: { path: '/users?filter=status%20eq%20%22ACTIVE%22&sort=organization', act: preview },
  job: { path: '/jobs', act: async (page) => { await click('.jobtable tr:has(.badt) .olink', '.jobtable .olink')(page); await page.locator('.jr .jname').first().waitFor(); }, phone: false },
  jobs: { path: '/jobs' },
  approvals: { path: '/approvals' },
  overview: { path: '/overview', away: true },
  connectors: { path: '/connectors' },
  'connector-details': { path: '/connectors', act: click('.acttable .olink') },
  settings: { path: '/settings' },
  'settings-security': { path: '/settings?part=security' },
  'settings-sessions': { path: '/settings?part=sessions' },
  'settings-tokens': { path: '/settings?part=tokens' },
  'settings-mail': { path: '/settings?part=mail' },
  'settings-enrol': { path: '/settings?part=security', act: async (page) => { await page.getByRole('button', { name: 'Set up an app' }).click(); await page.getByRole('button', { name: 'Show the code' }).click(); } },
  'token-form': { path: '/settings?part=tokens', act: async (page) => { await page.getByRole('button', { name: 'New token' }).click(); } },
  roles: { path: '/roles' },
  'role-details': { path: '/roles?role=help_desk' },
  'role-form': { path: '/roles', act: async (page) => { await page.getByRole('button', { name: 'New role' }).click(); } },
  grants: { path: '/roles?part=grants' },
  'grant-form': { path: '/roles?part=grants', act: async (page) => { await page.getByRole('button', { name: 'Give a role' }).click(); } },
  why: { path: '/roles', act: async (page) => { await page.getByRole('button', { name: 'Why can somebody' }).click(); } },
  'new-user': { path: '/users', act: async (page) => { await page.getByRole('button', { name: 'New user' }).click(); await page.getByRole('button', { name: 'Another role' }).click(); } },
  palette: { path: '/overview', act: async (page) => { await page.keyboard.press('Control+k'); await page.locator('.cmdin').fill('an'); } },
  keys: { path: '/users', act: async (page) => { await page.keyboard.press('?'); }, phone: false },
  organizations: { path: '/organizations' },
  'organization-details': { path: '/organizations', act: click('.k-tenant:has([aria-label^="Sync"]) .olink', '.k-tenant .olink') },
  connect: { path: '/organizations?connect=choose' },
  activity: { path: '/activity' },
};

/** The demo's LDAP directory goes away, and one organization notices; answers what brings it back. */
async function outage() {
  if (!demo) return () => undefined;
  const api = await session();
  const { id } = (await api('GET', `/connections?organization=${demo.ldap[1].organization}`)).body.items[0];
  const state = async () => (await api('GET', `/connections/${id}`)).body.state;
  spawnSync(`${demo.data}/slapd-stop`);
  await api('POST', `/connections/${id}/sync`);
  await until('the outage is seen', async () => await state() === 'unreachable').catch((error) => { console.error(error.message); });
  return async () => {
    spawnSync(`${demo.data}/slapd-start`);
    await api('POST', `/connections/${id}/sync`);
    await until('the outage is over', async () => await state() === 'current').catch((error) => { console.error(error.message); });
  };
}

mkdirSync(folder, { recursive: true });
const browser = await launch();
for (const { look, theme, width, height } of LOOKS) {
  const { page, context } = await openPage(browser, { theme, width, height });
  if (!only.length || only.includes('sign-in')) {
    await page.goto(`${url}/sign-in`);
    await page.getByRole('button', { name: 'Continue' }).waitFor();
    await page.screenshot({ path: `${folder}/sign-in-${look}.png` });
  }
  await signIn(page);
  const take = async (name, { path, act }) => {
    await page.goto(url + path);
    await settled(page);
    try {
      await act?.(page);
      if (act) await settled(page);
    } catch (error) {
      console.error(`${name}-${look}: ${error.message.split('\n')[0]}`);
    }
    await page.screenshot({ path: `${folder}/${name}-${look}.png` });
  };
  const wanted = Object.entries(PAGES).filter(([name, { phone = true }]) => (!only.length || only.includes(name)) && (look !== 'phone' || phone));
  const away = wanted.filter(([, how]) => how.away);
  if (away.length > 0) {
    const back = await outage();
    for (const [name, how] of away) await take(name, how);
    await back();
  }
  for (const [name, how] of wanted) if (!how.away) await take(name, how);
  await context.close();
}
await browser.close();
