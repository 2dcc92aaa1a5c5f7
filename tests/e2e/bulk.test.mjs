// Goal: many users are acted on as it was previewed, or less, and taken back; the page never says more than the server.
// Method: against the demo, as console.test.mjs; the API tells what became of the users.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { atConsole } from './support/at_console.mjs';
import { session, until, usersPath } from './support/api.mjs';
import { assertAccessible, demo, launch, openPage, signIn, url } from './support/browser.mjs';
import { Bulk } from './support/console_page.mjs';

const SQL = 'connector eq "org.tenantry.sql"';
const filterOf = (expression, more = '') => `?filter=${encodeURIComponent(expression)}${more}`;

describe('many users at once', () => {
  const at = atConsole();
  const statusOf = async (username) => (await at.api('GET', usersPath(`username eq "${username}"`))).body.items[0].status;

  test('stay selected over pages and sorting, and end with another filter, which can be taken back', async () => {
    const { page, users, bulk, clean } = at;
    await users.open('?sort=username');
    await page.locator('.tr .ck').nth(1).check();
    await users.grid.evaluate((grid) => { grid.scrollTop = 36 * 350; });
    await users.grid.locator('.tr:not(.sk)[aria-rowindex="360"]').waitFor();
    await users.grid.locator('[aria-rowindex="360"] .ck').check();
    await users.grid.locator('[aria-rowindex="363"] .ck').click({ modifiers: ['Shift'] });
    await bulk.bar.getByText('5 selected').waitFor();
    await page.getByRole('columnheader', { name: /^E-mail/ }).locator('.sort').click();
    await users.settled();
    await bulk.bar.getByText('5 selected').waitFor();
    await users.find('an');
    await bulk.bar.waitFor({ state: 'hidden' });
    await users.toast('ended with the filter').getByRole('button', { name: 'Undo' }).click();
    await bulk.bar.getByText('5 selected').waitFor();
    await users.grid.focus();
    await page.keyboard.press('Escape');
    await bulk.bar.waitFor({ state: 'hidden' });
    clean();
  });

  test('are previewed, dropped, confirmed, done, and undone', async () => {
    const { page, users, bulk, api, clean } = at;
    const { body } = await api('GET', usersPath(`status eq "ACTIVE" and ${SQL}`, '&sort=username'));
    const names = body.items.map((user) => user.username);
    await users.open(filterOf(`status eq "ACTIVE" and ${SQL}`, '&sort=username'));
    await page.locator('.tr .ck').first().check();
    await page.locator('.tr .ck').nth(5).click({ modifiers: ['Shift'] });
    await bulk.bar.getByText('6 selected').waitFor();
    await bulk.choose('Suspend');
    assert.equal(await bulk.counted('will change'), 6);
    await assertAccessible(page, 'plan', '.planm .mantine-Modal-content');
    await bulk.plan.getByRole('button', { name: `Drop ${names[2]}`, exact: true }).click();
    await bulk.plan.getByRole('tab', { name: /dropped by you/ }).waitFor();
    assert.equal(await bulk.counted('will change'), 5);
    assert.equal(await statusOf(names[0]), 'ACTIVE', 'a preview changes nothing');
    await bulk.plan.getByLabel('Reason').fill('Contract ended');
    await bulk.confirm();
    await bulk.finished();
    await assertAccessible(page, 'job', '.jobd .mantine-Drawer-content');
    for (const i of [0, 1, 3, 4, 5]) assert.equal(await statusOf(names[i]), 'SUSPENDED', names[i]);
    assert.equal(await statusOf(names[2]), 'ACTIVE', 'the dropped one');
    await bulk.job.getByRole('listitem').filter({ has: page.getByText(names[0], { exact: true }) }).getByText('Done').waitFor();
    const results = await page.request.get(new URL(await bulk.job.getByRole('link', { name: 'CSV' }).getAttribute('href'), url).href);
    assert.equal((await results.text()).trim().split('\n').length, 6, 'a head and five items');

    await bulk.job.getByRole('button', { name: 'Undo 5' }).click();
    await bulk.plan.getByRole('tab', { name: /will change/ }).waitFor();
    assert.equal(await bulk.counted('will change'), 5);
    await bulk.confirm();
    await bulk.finished();
    for (const i of [0, 1, 3, 4, 5]) assert.equal(await statusOf(names[i]), 'ACTIVE', names[i]);
    await page.goto(`${url}/jobs`);
    await page.getByRole('row').filter({ hasText: 'Contract ended' }).first().waitFor();
    clean();
  });

  test('all that match are frozen when the preview opens; closing it changes nothing', async () => {
    const { page, users, bulk, api, clean } = at;
    await users.open(filterOf('status eq "SUSPENDED"'));
    const total = await users.total();
    await page.getByRole('checkbox', { name: 'Select the loaded page' }).check();
    if (total > 100) await bulk.bar.getByRole('button', { name: /^Select all/ }).click();
    await bulk.choose('Suspend').catch(() => undefined);
    // Nobody who is suspended can be suspended: the button says so and stays.
    assert.equal(await bulk.bar.getByRole('button', { name: /^Suspend/ }).getAttribute('aria-disabled'), 'true');
    await bulk.bar.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: /^Unsuspend/ }).click();
    await bulk.plan.getByRole('tab', { name: /will change/ }).waitFor();
    const all = await bulk.counted('will change') + await bulk.counted('already so') + await bulk.counted('not allowed');
    assert.equal(all, total);
    await bulk.plan.getByRole('button', { name: 'Close without changes' }).click();
    await bulk.plan.waitFor({ state: 'hidden' });
    assert.equal((await api('GET', usersPath('status eq "SUSPENDED"'))).body.total, total);
    clean();
  });

  test('to delete, the phrase is typed, and a second person is asked', async () => {
    const { page, users, bulk, clean } = at;
    await users.open(filterOf(`status eq "SUSPENDED" and ${SQL}`));
    await page.locator('.tr .ck').first().check();
    await page.locator('.tr .ck').nth(1).check();
    await bulk.choose('Delete');
    const confirm = bulk.plan.locator('button[type=submit]');
    assert.equal(await confirm.isDisabled(), true);
    await bulk.plan.getByLabel(/^To confirm, type/).fill('delete 1');
    assert.equal(await confirm.isDisabled(), true);
    await bulk.confirm();
    await bulk.job.getByText('Waits for a second person.').waitFor();
    await bulk.job.getByRole('button', { name: 'Cancel the rest' }).click();
    await bulk.job.getByText(/^Cancelled/).first().waitFor();
    clean();
  });

  test('a job goes on when its tab is closed', async () => {
    const { browser, page, bulk, api, clean } = at;
    const before_ = (await api('GET', usersPath(`status eq "ACTIVE" and ${SQL}`))).body.items.slice(10, 14);
    const { body: plan } = await api('POST', '/plans', { action: 'suspend', selection: { ids: before_.map((user) => user.id) } });
    const second = await openPage(browser);
    await signIn(second.page);
    await second.page.goto(`${url}/users?plan=${plan.id}`);
    await second.page.getByRole('button', { name: 'Suspend 4' }).click();
    await second.page.waitForURL(/job=/);
    const id = new URL(second.page.url()).searchParams.get('job');
    await second.context.close();
    await until('the job ends', async () => (await api('GET', `/jobs/${id}`)).body.state === 'finished');
    const { body: undo } = await api('POST', `/jobs/${id}/undo`);
    await page.goto(`${url}/jobs?plan=${undo.id}`);
    await bulk.plan.getByRole('tab', { name: /will change/ }).waitFor();
    await bulk.confirm();
    await bulk.finished();
    clean();
  });
});

test('the main job by keyboard alone: find the locked users of a partner, unlock them all, see the result', async (t) => {
  const browser = await launch();
  t.after(() => browser.close());
  const { page, clean } = await openPage(browser);
  const api = await session();
  const { body: facets } = await api('GET', `/users?limit=1&facets=organization&filter=${encodeURIComponent('status eq "LOCKED_OUT"')}`);
  const { body: organizations } = await api('GET', '/organizations?kind=partner&limit=100');
  const partner = organizations.items.filter((one) => (one.status_counts.LOCKED_OUT ?? 0) > 1).sort((a, b) => a.status_counts.LOCKED_OUT - b.status_counts.LOCKED_OUT)[0];
  assert.ok(facets.facets.organization.length > 0 && partner, 'the demo has a partner with locked users');
  const locked = partner.status_counts.LOCKED_OUT;

  await page.goto(`${url}/sign-in`);
  const who = demo ?? { username: process.env.TENANTRY_USER, password: process.env.TENANTRY_PASSWORD };
  await page.getByLabel('Username or e-mail').focus();
  await page.keyboard.type(who.username);
  await page.keyboard.press('Tab');
  await page.keyboard.type(who.password);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Users', level: 1 }).waitFor();
  await page.keyboard.press('Control+k');
  const box = page.getByRole('combobox', { name: 'Search or run a command' });
  await box.waitFor();
  await page.keyboard.type(partner.name);
  const option = page.getByRole('option').filter({ hasText: partner.name }).filter({ hasText: partner.path.at(-1) ?? '' }).first();
  await option.waitFor();
  for (let i = 0; i < 40 && (await option.getAttribute('aria-selected')) !== 'true'; i += 1) await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.waitForURL(new RegExp(`scope=${partner.slug}`));
  // The filter: F, down to the state, its box, Apply.
  await page.locator('.listbox [aria-busy="false"]').first().waitFor();
  await page.keyboard.press('f');
  const editor = page.getByRole('dialog', { name: 'Filter', exact: true });
  await editor.waitFor();
  const press = async (key, until_, most = 60) => {
    for (let i = 0; i < most; i += 1) {
      if (await page.evaluate((words) => (document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.closest('li')?.textContent ?? document.activeElement?.textContent ?? '').startsWith(words), until_)) return;
      await page.keyboard.press(key);
    }
    assert.fail(`${key} does not reach ${until_}`);
  };
  await press('Tab', 'User state');
  await page.keyboard.press('Enter');
  await press('Tab', 'Locked out');
  await page.keyboard.press('Space');
  await press('Tab', 'Apply');
  await page.keyboard.press('Enter');
  await page.waitForURL(/filter=/);
  await page.locator('.ptotal b').filter({ hasText: new RegExp(`^${locked}$`) }).waitFor();
  // Into the list, select all, to the bar.
  await page.keyboard.press('/');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Control+a');
  const bulk = new Bulk(page);
  await bulk.bar.getByText(`${locked} selected`).waitFor();
  await press('Tab', 'Unlock');
  await page.keyboard.press('Enter');
  await bulk.plan.getByRole('tab', { name: /will change/ }).waitFor();
  if (await bulk.plan.locator('.plconfirm').count()) {
    await bulk.plan.getByLabel(/^To confirm, type/).focus();
    await page.keyboard.type(await bulk.plan.locator('.plconfirm code').textContent());
    await page.keyboard.press('Enter');
  } else {
    await press('Tab', 'Unlock ');
    await page.keyboard.press('Enter');
  }
  await bulk.finished();
  const settled = await bulk.job.locator('.jline b').textContent();
  assert.equal(settled, `${locked} of ${locked} settled`);
  const left = (await api('GET', `/users?limit=1&scope=${partner.slug}&filter=${encodeURIComponent('status eq "LOCKED_OUT"')}`)).body.total;
  const failed = await bulk.job.locator('.jr.o-failed, .jr.o-unknown, .jr.o-skipped').count();
  assert.ok(left <= failed, `${left} are still locked, ${failed} were not unlocked and say so`);
  clean();
});
