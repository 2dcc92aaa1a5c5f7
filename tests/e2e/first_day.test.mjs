// Goal: somebody new gets from nothing to the main work without reading: connects an LDAP directory, sees its users,
// unlocks one, suspends five across two organizations, takes it back. Method: the demo's slapd is connected a second time.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { session, until, usersPath } from './support/api.mjs';
import { demo, launch, openPage, signIn, url } from './support/browser.mjs';
import { Bulk } from './support/console_page.mjs';
import { UsersPage } from './support/users_page.mjs';

test('the first day of an admin', { skip: demo ? false : 'TENANTRY_RUN does not name a demo' }, async (t) => {
  const browser = await launch();
  t.after(() => browser.close());
  const api = await session();
  const { page, clean } = await openPage(browser);
  await signIn(page);
  const users = new UsersPage(page);
  const bulk = new Bulk(page);
  const directory = demo.ldap[0];
  const name = `First Day ${process.pid}`;

  await page.goto(`${url}/organizations`);
  await page.getByRole('button', { name: 'New organization' }).click();
  const making = page.getByRole('dialog', { name: 'New organization' });
  await making.getByLabel('Name').fill(name);
  await making.getByRole('button', { name: 'New organization' }).click();
  const details = page.getByRole('dialog', { name: `Details of ${name}` });
  await details.getByRole('button', { name: 'Connect a directory' }).click();
  const wizard = page.getByRole('dialog', { name: 'Connect a directory' });
  await wizard.getByRole('list', { name: 'Kinds of directory' }).getByRole('button', { name: /LDAP/ }).click();
  await wizard.getByRole('textbox', { name: 'Address' }).fill(directory.uri);
  await wizard.getByLabel('Encryption').selectOption('none');
  await wizard.getByRole('textbox', { name: 'Bind DN' }).fill(`cn=tenantry,${directory.base_dn}`);
  await wizard.getByLabel('Bind password', { exact: false }).first().fill(`demo-only-${directory.organization}`);
  await wizard.getByRole('textbox', { name: 'Base DN' }).fill(directory.base_dn);
  await wizard.getByRole('button', { name: 'Test', exact: true }).click();
  await wizard.getByText(/can be read/).waitFor();
  await wizard.getByRole('button', { name: 'Connect', exact: true }).click();
  await wizard.getByRole('button', { name: 'Show the organization' }).waitFor({ timeout: 60_000 });
  await wizard.getByRole('button', { name: 'Show the organization' }).click();
  await details.getByRole('link', { name: /\d users?/ }).click();
  await users.settled();
  assert.ok(await users.total() > 0, 'its users are in the list');
  const slug = new URL(page.url()).searchParams.get('scope');

  const uid = await (async () => {
    const { body } = await api('GET', usersPath('status eq "ACTIVE"', `&scope=${slug}`));
    return body.items.map((user) => user.username).find((one) => spawnSync('ldapwhoami', ['-x', '-H', directory.uri, '-D', `uid=${one},${directory.people_dn}`, '-w', `demo-only-${one}`]).status === 0);
  })();
  for (let i = 0; i < 3; i += 1) spawnSync('ldapwhoami', ['-x', '-H', directory.uri, '-D', `uid=${uid},${directory.people_dn}`, '-w', 'wrong']);
  await page.goto(`${url}/organizations?scope=${slug}&org=${slug}`);
  await details.getByRole('button', { name: 'Sync now' }).click();
  await until('the lock is seen', async () => (await api('GET', usersPath(`username eq "${uid}"`, `&scope=${slug}`))).body.items[0].status === 'LOCKED_OUT');
  await users.open(`?scope=${slug}&q=${uid}`);
  await users.act(uid, 'Unlock');
  await users.row(uid).getByText('Active').waitFor();

  const other = demo.sqlite[0];
  const pick = async (scope, n) => (await api('GET', usersPath('status eq "ACTIVE"', `&scope=${scope}&sort=username`))).body.items.slice(0, n);
  const five = [...await pick(slug, 3), ...await pick(other, 2)];
  await users.open(`?filter=${encodeURIComponent(five.map((user) => `id eq "${user.id}"`).join(' or '))}`);
  assert.equal(await users.total(), 5);
  await page.getByRole('checkbox', { name: 'Select the loaded page' }).check();
  await bulk.choose('Suspend');
  await bulk.plan.getByRole('heading', { name: /5 users in 2 organizations/ }).waitFor();
  await bulk.confirm();
  await bulk.finished();
  const states = async () => (await Promise.all(five.map(async (user) => (await api('GET', `/users/${user.id}`)).body.status))).join();
  assert.equal(await states(), 'SUSPENDED,SUSPENDED,SUSPENDED,SUSPENDED,SUSPENDED');
  await bulk.job.getByRole('button', { name: 'Undo 5' }).click();
  await bulk.plan.getByRole('tab', { name: /will change/ }).waitFor();
  await bulk.confirm();
  await bulk.finished();
  assert.equal(await states(), 'ACTIVE,ACTIVE,ACTIVE,ACTIVE,ACTIVE');

  const { body: connections } = await api('GET', `/connections?organization=${slug}`);
  await api('DELETE', `/connections/${connections.items[0].id}`);
  clean();
});
