// Goal: what an organization demands is set in the console, inherited, and met by whoever acts there. Method: as in
// console.test.mjs, against the demo; the API finds the users, and puts back what was set.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { session, until, usersPath } from './support/api.mjs';
import { assertAccessible, demo, launch, openPage, signIn, url } from './support/browser.mjs';
import { UsersPage } from './support/users_page.mjs';

const skip = demo ? false : 'TENANTRY_RUN does not name a demo: its organizations are not known';
let browser;
let api;
let name;
const organization = demo?.ldap[0].organization;
const path = `/organizations/${organization}/policies`;
before(async () => {
  browser = await launch();
  if (!demo) return;
  api = await session();
  name = (await api('GET', `/organizations/${organization}`)).body.name;
});
after(async () => { await browser?.close(); });

describe('policies', { skip }, () => {
  after(async () => { await api('PUT', path, {}); });

  test('are set for an organization, never laxer than above', async (t) => {
    const { page, context, clean } = await openPage(browser);
    t.after(() => context.close());
    await signIn(page);
    await page.goto(`${url}/settings?part=policies`);
    const chooser = page.getByRole('combobox', { name: 'Organization' });
    await chooser.fill(name);
    await page.getByRole('option').filter({ hasText: name }).first().click();
    const shortest = page.getByLabel('Shortest password, characters');
    await page.waitForFunction(() => document.querySelector('.policies input')?.placeholder.includes('12'));
    await shortest.fill('8');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText(/is 12 to 128|at least 12 characters/).waitFor();
    await shortest.fill('16');
    await page.getByLabel('Every action on users needs a reason').selectOption('yes');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.locator('.mantine-Notification-root').filter({ hasText: `The policies of ${name} are saved.` }).waitFor();
    for (const colorScheme of ['dark', 'light']) {
      await page.emulateMedia({ colorScheme });
      await page.waitForTimeout(300);
      await assertAccessible(page, `policies (${colorScheme})`);
    }
    const { body } = await api('GET', path);
    assert.equal(body.own.password_length_min, 16);
    assert.equal(body.effective.reason_required, true);
    clean();
  });

  test('that want a reason get one from whoever acts', async (t) => {
    assert.equal((await api('PUT', path, { reason_required: true })).status, 200);
    const found = await api('GET', usersPath(`organization eq "${organization}" and status eq "ACTIVE"`));
    const { id, username } = found.body.items.find((user) => user.connector === 'org.tenantry.ldap');
    const { page, context, clean } = await openPage(browser);
    t.after(() => context.close());
    await signIn(page);
    const users = new UsersPage(page);
    await users.open(`?q=${encodeURIComponent(username)}&scope=${organization}`);
    await users.act(username, 'Suspend');
    const dialog = page.getByRole('dialog', { name: `Suspend: ${username}` });
    await dialog.getByText(`${name} wants a reason with every action.`).waitFor();
    assert.equal(await dialog.getByRole('button', { name: 'Suspend' }).isDisabled(), true);
    await dialog.getByLabel('Reason').fill('left the company');
    await dialog.getByRole('button', { name: 'Suspend' }).click();
    await users.toast('is suspended').getByRole('button', { name: 'Undo' }).click();
    await until('the suspension is taken back', async () => {
      const { body } = await api('GET', usersPath(`organization eq "${organization}" and username eq "${username}"`));
      return body.items[0].status === 'ACTIVE';
    });
    const trail = await api('GET', `/users/${id}/activity`);
    assert.ok(trail.body.items.some((entry) => entry.reason === 'left the company'), 'the reason is in the trail');
    clean();
  });
});
