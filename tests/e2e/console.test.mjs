// Goal: the console does a day's work in a real Chromium against a running server with the demo's data.
// Method: each test signs in as a person and reads the page by its roles and words; TENANTRY_URL, TENANTRY_USER
// and TENANTRY_PASSWORD name the server. The policy and the scripts are watched in every test.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { assertAccessible, launch, openPage, operator, signIn, url } from './support/browser.mjs';
import { UsersPage } from './support/users_page.mjs';

let browser;
before(async () => { browser = await launch(); });
after(async () => { await browser?.close(); });

test('a wrong password is refused without telling which part was wrong', async () => {
  const { page, clean } = await openPage(browser);
  await page.goto(`${url}/users`);
  await page.waitForURL('**/sign-in**');
  await page.getByLabel('Username or e-mail').fill(operator.username);
  await page.getByLabel('Password', { exact: true }).fill('not the password');
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByText('Username, password or code is wrong.').waitFor();
  clean();
  await page.context().close();
});

test('signing in leads back to the page that was asked for, signing out ends it', async () => {
  const { page, clean } = await openPage(browser);
  await page.goto(`${url}/activity`);
  await page.getByLabel('Username or e-mail').fill(operator.username);
  await page.getByLabel('Password', { exact: true }).fill(operator.password);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('heading', { name: 'Activity', level: 1 }).waitFor();
  await page.getByRole('button', { name: /account of/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await page.goto(`${url}/users`);
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  clean();
  await page.context().close();
});

describe('the users list', () => {
  let page;
  let clean;
  let users;
  before(async () => {
    ({ page, clean } = await openPage(browser));
    await signIn(page);
    users = new UsersPage(page);
  });
  after(async () => { await page?.context().close(); });

  test('shows an exact total, the completeness and only the rows in sight', async () => {
    await users.open();
    assert.ok(await users.total() > 100, 'the demo has more than one page of users');
    await page.getByRole('region', { name: 'Completeness' }).getByText(/organizations? current/).waitFor();
    const rendered = await users.rows().count();
    assert.ok(rendered > 10 && rendered < 60, `${rendered} rows are in the document`);
    clean();
  });

  test('reaches the last row at once', async () => {
    await users.open('?sort=username');
    const total = await users.total();
    await users.grid.evaluate((grid) => { grid.scrollTop = grid.scrollHeight; });
    await users.grid.locator(`.tr:not(.sk)[aria-rowindex="${total + 1}"]`).waitFor();
    assert.equal(await users.total(), total, 'the total does not change by scrolling');
    clean();
  });

  test('finds as one types, and keeps the search in the address', async () => {
    await users.open();
    const username = await users.rows().first().locator('.ulink').textContent();
    await users.find(username);
    await users.row(username).waitFor();
    await page.reload();
    await users.settled();
    assert.equal(await users.search.inputValue(), username);
    clean();
  });

  test('says what is missing when nothing matches', async () => {
    await users.open('?q=zzqqxx-nobody');
    await page.getByRole('heading', { name: 'No user matches' }).waitFor();
    assert.equal(await users.total(), 0);
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await users.settled();
    assert.ok(await users.total() > 0);
    clean();
  });

  test('sorts by a column, and by a second one with shift', async () => {
    await users.open();
    await page.getByRole('columnheader', { name: /^Username/ }).locator('.sort').click();
    await page.waitForURL(/sort=username/);
    await users.settled();
    const names = await users.rows().locator('.ulink').allTextContents();
    const first = names.slice(0, 10);
    assert.deepEqual(first, [...first].sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1)));
    await page.getByRole('columnheader', { name: /^E-mail/ }).locator('.sort').click({ modifiers: ['Shift'] });
    await page.waitForURL(/sort=username%2Cemail/);
    clean();
  });

  test('filters by state with the counted number, and removes the chip again', async () => {
    await users.open();
    const all = await users.total();
    await page.getByRole('button', { name: 'Filter', exact: true }).click();
    const editor = page.getByRole('dialog', { name: 'Filter', exact: true });
    await editor.getByRole('tab', { name: 'User state' }).click();
    const option = editor.getByRole('listitem').filter({ hasText: 'Suspended' });
    const counted = Number((await option.locator('.tn').textContent()).replace(/,/g, ''));
    await option.getByRole('checkbox').check();
    await editor.getByText(`${counted.toLocaleString('en-GB')} match`).waitFor();
    await editor.getByRole('button', { name: 'Apply' }).click();
    await page.waitForURL(/filter=/);
    await users.settled();
    assert.equal(await users.total(), counted);
    assert.ok((await users.rows().locator('.badge').allTextContents()).every((word) => word === 'Suspended'));
    await page.getByRole('button', { name: 'Remove filter User state' }).click();
    await page.waitForURL((address) => !address.searchParams.has('filter'));
    await users.settled();
    assert.equal(await users.total(), all);
    clean();
  });

  test('narrows to an organization by the scope switcher', async () => {
    await users.open();
    const all = await users.total();
    await page.getByRole('button', { name: /^Scope:/ }).click();
    const chooser = page.getByRole('dialog', { name: /^Scope:/ });
    await chooser.getByRole('option').nth(1).click();
    await page.waitForURL(/scope=/);
    await users.settled();
    await page.waitForFunction((was) => Number(document.querySelector('.ptotal b')?.textContent?.replace(/,/g, '')) < was, all);
    clean();
  });

  test('opens details beside the list, and Back closes them', async () => {
    await users.open();
    await users.rows().nth(2).locator('.ulink').click();
    await users.details.waitFor();
    await users.details.getByRole('heading', { name: 'Where it lives' }).waitFor();
    await users.details.getByRole('tab', { name: 'Activity' }).click();
    await page.goBack();
    await users.details.waitFor({ state: 'hidden' });
    clean();
  });

  test('keeps every action in the menu, with the reason on what cannot be done, and gives the focus back', async () => {
    await users.open('?filter=' + encodeURIComponent('status eq "ACTIVE"'));
    const username = await users.rows().first().locator('.ulink').textContent();
    const menu = await users.openMenu(username);
    assert.equal(await menu.locator('.agroup:nth-child(-n+4) [role=menuitem]').count(), 20, 'besides those of the connector itself');
    await menu.getByRole('menuitem', { name: 'Unlock' }).getByText(/./).first().waitFor();
    const unlock = menu.getByRole('menuitem', { name: 'Unlock' });
    assert.equal(await unlock.getAttribute('aria-disabled'), 'true');
    assert.match(await unlock.locator('.why').textContent(), /\S/);
    await page.keyboard.press('Escape');
    await page.waitForFunction((name) => document.activeElement?.getAttribute('aria-label') === `Actions for ${name}`, username);
    clean();
  });

  test('works by keyboard: arrows, Enter, menu and slash', async () => {
    await users.open();
    await users.grid.focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await users.details.waitFor();
    await page.keyboard.press('Escape');
    await users.details.waitFor({ state: 'hidden' });
    await users.grid.focus();
    await page.keyboard.press('/');
    assert.equal(await users.search.evaluate((input) => input === document.activeElement), true);
    clean();
  });

  test('asks for the e-mail to be typed before it deletes', async () => {
    await users.open('?filter=' + encodeURIComponent('status eq "SUSPENDED" and connector eq "org.tenantry.sql"'));
    for (const name of await users.rows().locator('.ulink').allTextContents()) {
      const menu = await users.openMenu(name);
      const item = menu.getByRole('menuitem', { name: /^Delete/ });
      if (await item.getAttribute('aria-disabled')) { await page.keyboard.press('Escape'); continue; }
      await item.click();
      const dialog = page.getByRole('dialog', { name: `Delete: ${name}` });
      assert.equal(await dialog.getByRole('button', { name: 'Delete' }).isDisabled(), true);
      await dialog.getByLabel(/^To delete this user, type/).fill('somebody@else.example');
      assert.equal(await dialog.getByRole('button', { name: 'Delete' }).isDisabled(), true);
      await dialog.getByLabel(/^To delete this user, type/).fill(await dialog.locator('code').textContent());
      assert.equal(await dialog.getByRole('button', { name: 'Delete' }).isDisabled(), false);
      await dialog.getByRole('button', { name: 'Cancel' }).click();
      clean();
      return;
    }
    assert.fail('no suspended user can be deleted');
  });
});

describe('the organizations page', () => {
  test('shows the tree with health, and the connect form of each connector', async () => {
    const { page, clean } = await openPage(browser);
    await signIn(page);
    await page.goto(`${url}/organizations`);
    const tree = page.getByRole('treegrid', { name: 'Organizations' });
    await tree.getByRole('row').nth(5).waitFor();
    await page.getByRole('button', { name: 'Connect a directory' }).click();
    const wizard = page.getByRole('dialog', { name: 'Connect a directory' });
    await wizard.getByLabel('Organization').fill('a');
    await wizard.getByRole('option').first().click();
    const kinds = wizard.getByRole('list', { name: 'Kinds of directory' }).getByRole('button');
    await kinds.first().waitFor();
    const n = await kinds.count();
    assert.ok(n >= 2, 'the sql and ldap connectors are installed');
    for (let i = 0; i < n; i += 1) {
      await kinds.nth(i).click();
      assert.ok(await wizard.getByRole('textbox').count() > 1, 'the form has fields');
      assert.equal(await wizard.getByRole('button', { name: 'Connect', exact: true }).isDisabled(), true, 'it is tested before it is saved');
      await wizard.getByRole('button', { name: 'Back' }).click();
    }
    clean();
    await page.context().close();
  });
});

for (const theme of ['light', 'dark']) {
  test(`every page passes axe in ${theme}`, async () => {
    const { page, clean } = await openPage(browser, { theme });
    await page.goto(`${url}/sign-in`);
    await page.getByRole('button', { name: 'Continue' }).waitFor();
    await assertAccessible(page, 'sign in');
    await signIn(page);
    const users = new UsersPage(page);
    await users.open();
    await assertAccessible(page, 'users');
    await users.openMenu(await users.rows().first().locator('.ulink').textContent());
    await assertAccessible(page, 'row menu', '.amenu');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Filter', exact: true }).click();
    await page.getByRole('dialog', { name: 'Filter', exact: true }).getByRole('listitem').first().waitFor();
    await assertAccessible(page, 'filter', '.mantine-Popover-dropdown');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: /^Scope:/ }).click();
    await page.getByRole('option').first().waitFor();
    await assertAccessible(page, 'scope switcher', '.mantine-Popover-dropdown');
    await page.keyboard.press('Escape');
    await users.rows().nth(1).locator('.ulink').click();
    await users.details.getByRole('heading', { name: 'Where it lives' }).waitFor();
    await assertAccessible(page, 'user details');
    await page.goto(`${url}/organizations`);
    await page.getByRole('treegrid').getByRole('row').nth(3).waitFor();
    await assertAccessible(page, 'organizations');
    await page.getByRole('treegrid').locator('.k-tenant:has(.osync) .olink').first().click();
    await page.locator('.conn').first().waitFor();
    await assertAccessible(page, 'organization details');
    await page.goto(`${url}/organizations?connect=choose`);
    await page.getByRole('list', { name: 'Kinds of directory' }).waitFor();
    await assertAccessible(page, 'connect wizard');
    await page.goto(`${url}/activity`);
    await page.locator('.acttable, .face').first().waitFor();
    await assertAccessible(page, 'activity');
    await page.getByRole('button', { name: /^Switch to the/ }).click();
    clean();
    await page.context().close();
  });
}

test('works at phone width, and passes axe there', async () => {
  const { page, clean } = await openPage(browser, { width: 390, height: 844, theme: 'dark' });
  await signIn(page);
  await page.getByRole('list', { name: 'Users' }).getByRole('listitem').first().waitFor();
  await assertAccessible(page, 'users on a phone');
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'nothing scrolls sideways');
  await page.locator('.cname').first().click();
  await page.getByRole('dialog', { name: /^Details of / }).waitFor();
  await page.getByRole('button', { name: 'Close details' }).click();
  await page.getByRole('button', { name: 'Open navigation' }).click();
  await page.getByRole('link', { name: 'Organizations' }).click();
  await page.getByRole('heading', { name: 'Organizations', level: 1 }).waitFor();
  clean();
  await page.context().close();
});
