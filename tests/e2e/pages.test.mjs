// Goal: every page opens by its key and its address, passes axe in both themes and on a phone, stands still, and
// speaks German. Method: as console.test.mjs, against the demo.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { session } from './support/api.mjs';
import { assertAccessible, assertStill, launch, openPage, signIn, url } from './support/browser.mjs';
import { UsersPage } from './support/users_page.mjs';

const PAGES = [
  { path: '/overview', title: 'Overview', key: 'o', german: 'Überblick', ready: '.hr svg rect' },
  { path: '/users', title: 'Users', key: 'u', german: 'Benutzer', ready: '.tr:not(.sk), .card' },
  { path: '/organizations', title: 'Organizations', key: 'r', german: 'Organisationen', ready: '.otr .olink' },
  { path: '/jobs', title: 'Jobs', key: 'j', german: 'Aufträge', ready: '.jobtable, .face' },
  { path: '/activity', title: 'Activity', key: 'a', german: 'Aktivität', ready: '.acttable, .face' },
  { path: '/approvals', title: 'Approvals', key: 'p', german: 'Freigaben', ready: '.jobtable, .face' },
  { path: '/connectors', title: 'Connectors', key: 'c', german: 'Konnektoren', ready: '.acttable, .face' },
  { path: '/roles', title: 'Roles', key: 'l', german: 'Rollen', ready: '.roletable' },
  { path: '/settings', title: 'Settings', key: 's', german: 'Einstellungen', ready: '.setpart' },
];

let browser;
before(async () => { browser = await launch(); });
after(async () => { await browser?.close(); });

for (const { look, ...how } of [{ look: 'light', theme: 'light' }, { look: 'dark', theme: 'dark' }, { look: 'a phone', theme: 'light', width: 390, height: 844 }]) {
  test(`every page passes axe and stands still (${look})`, async (t) => {
    const { page, context, clean } = await openPage(browser, how);
    t.after(() => context.close());
    await signIn(page);
    for (const { path, title, ready } of PAGES) {
      await page.goto(url + path);
      await page.getByRole('heading', { name: title, level: 1 }).waitFor();
      await page.locator(ready).first().waitFor();
      await assertAccessible(page, `${title} (${look})`);
      await assertStill(page, title);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${title} does not scroll sideways`);
    }
    clean();
  });
}

describe('around the pages', () => {
  let page;
  let clean;
  before(async () => {
    ({ page, clean } = await openPage(browser));
    await signIn(page);
  });
  after(async () => { await page?.context().close(); });

  test('G and a letter go to each page', async () => {
    for (const { path, title, key } of PAGES) {
      await page.keyboard.press('g');
      await page.keyboard.press(key);
      await page.waitForURL(new RegExp(`${path}(\\?|$)`));
      await page.getByRole('heading', { name: title, level: 1 }).waitFor();
    }
    clean();
  });

  test('the palette finds a user, an organization and a command', async () => {
    const api = await session();
    const { body } = await api('GET', '/users?limit=1&sort=username');
    const user = body.items[0];
    await page.keyboard.press('Control+k');
    const palette = page.getByRole('dialog', { name: 'Search or run a command' });
    await palette.getByRole('combobox').fill(user.username);
    await palette.getByRole('option').filter({ hasText: user.username }).first().waitFor();
    await assertAccessible(page, 'palette', '.palette .mantine-Modal-content');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: /^Details of / }).waitFor();
    await page.keyboard.press('Control+k');
    await palette.getByRole('combobox').fill('comfortable');
    await page.keyboard.press('Enter');
    await new UsersPage(page).open();
    assert.equal(await page.locator('.tr').first().evaluate((row) => row.offsetHeight), 44);
    await page.keyboard.press('Control+k');
    await palette.getByRole('combobox').fill('compact');
    await page.keyboard.press('Enter');
    clean();
  });

  test('all keys are on one sheet, and single letters can be switched off', async () => {
    await page.goto(`${url}/users`);
    await page.getByRole('grid').waitFor();
    await page.keyboard.press('?');
    const sheet = page.getByRole('dialog', { name: 'All keys' });
    await sheet.waitFor();
    await assertAccessible(page, 'keys', '.mantine-Modal-content');
    await sheet.getByRole('switch', { name: 'Single letters act' }).uncheck();
    await page.keyboard.press('Escape');
    await page.keyboard.press('g');
    await page.keyboard.press('o');
    await page.waitForTimeout(200);
    assert.match(page.url(), /\/users/);
    await page.keyboard.press('?');
    await sheet.getByRole('switch', { name: 'Single letters act' }).check();
    await page.keyboard.press('Escape');
    clean();
  });

  test('an entry of the trail opens with its before and after', async () => {
    await page.goto(`${url}/activity`);
    await page.locator('.acttable .olink').first().click();
    const details = page.getByRole('dialog', { name: /^Details of / });
    await details.getByText('Correlation').waitFor();
    await assertAccessible(page, 'entry', '.userd .mantine-Drawer-content');
    clean();
  });

  test('a connector says what it can do and what ended it', async () => {
    await page.goto(`${url}/connectors`);
    await page.locator('.acttable .olink').first().click();
    const details = page.getByRole('dialog', { name: /^Details of / });
    await details.getByRole('heading', { name: 'Reports' }).waitFor();
    await assertAccessible(page, 'connector', '.userd .mantine-Drawer-content');
    clean();
  });

  test('says that the computer is offline, and takes it back', async () => {
    await page.goto(`${url}/users`);
    await page.getByRole('grid').waitFor();
    await page.context().setOffline(true);
    await page.getByText('This computer is offline.').waitFor();
    await page.context().setOffline(false);
    await page.getByText('This computer is offline.').waitFor({ state: 'hidden' });
  });

  test('speaks German, and English again', async () => {
    await page.goto(`${url}/settings`);
    await page.getByText('Deutsch', { exact: true }).click();
    await page.getByRole('heading', { name: 'Einstellungen', level: 1 }).waitFor();
    assert.equal(await page.evaluate(() => document.documentElement.lang), 'de');
    for (const { path, german, ready } of PAGES) {
      await page.goto(url + path);
      await page.getByRole('heading', { name: german, level: 1 }).waitFor();
      await page.locator(ready).first().waitFor();
    }
    await assertAccessible(page, 'settings in German');
    await page.getByText('English', { exact: true }).click();
    await page.getByRole('heading', { name: 'Settings', level: 1 }).waitFor();
    clean();
  });
});

describe('accounts', () => {
  test('a new account is invited and stands in the list as such', async (t) => {
    const { page, context, clean } = await openPage(browser);
    t.after(() => context.close());
    await signIn(page);
    const users = new UsersPage(page);
    await users.open();
    await page.getByRole('button', { name: 'New user' }).click();
    const dialog = page.getByRole('dialog', { name: 'New user' });
    const email = `new.colleague.${process.pid}@meridian.example`;
    await dialog.getByLabel('First name').fill('Nova');
    await dialog.getByLabel('Last name').fill('Lund');
    await dialog.getByLabel('E-mail').fill(email);
    await assertAccessible(page, 'new user', '.mantine-Modal-content');
    await dialog.getByRole('button', { name: 'Invite' }).click();
    await users.details.getByText('Invited').first().waitFor();
    await users.open(`?q=${email}`);
    assert.equal(await users.total(), 1);
    clean();
  });

  test('a link that is spent says so, and a lost password is asked for without telling who exists', async (t) => {
    const { page, context, clean } = await openPage(browser);
    t.after(() => context.close());
    await page.goto(`${url}/link#nothing-of-the-kind`);
    await page.getByRole('heading', { name: 'This link cannot be used' }).waitFor();
    await assertAccessible(page, 'link');
    await page.goto(`${url}/sign-in`);
    await page.getByRole('link', { name: 'Forgot password' }).click();
    await page.getByLabel('Username or e-mail').fill('nobody-at-all');
    await assertAccessible(page, 'recovery');
    await page.getByRole('button', { name: 'Mail me a link' }).click();
    await page.getByText('If there is such an account').waitFor();
    clean();
  });
});
