// Goal: what only one connector can do is found where everything else is done, with its own form, of one user and of
// many. Method: against the demo; its slapd is asked with its own programs where the entries are afterwards.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { before, describe, test } from 'node:test';
import { atConsole } from './support/at_console.mjs';
import { usersPath } from './support/api.mjs';
import { assertAccessible, demo } from './support/browser.mjs';

const GROUP = 'LDAP directory (OpenLDAP)';

describe('actions that a connector declares itself', { skip: demo ? false : 'TENANTRY_RUN does not name a demo' }, () => {
  const at = atConsole();
  const directory = demo?.ldap[1];
  const unit = `Harbour ${process.pid}`;
  const ldap = (program, args, input) => {
    const { status, stdout, stderr } = spawnSync(program, ['-x', '-H', directory.uri, '-D', `cn=tenantry,${directory.base_dn}`, '-w', `demo-only-${directory.organization}`, ...args], { encoding: 'utf8', input });
    assert.equal(status, 0, stderr);
    return stdout;
  };
  const dn = `ou=${unit},${directory?.people_dn}`;
  const homeOf = (username) => /^dn: (.*)$/m.exec(ldap('ldapsearch', ['-LLL', '-o', 'ldif-wrap=no', '-b', directory.base_dn, `(uid=${username})`, 'dn']))[1];
  let members;
  before(async () => {
    ldap('ldapadd', [], `dn: ${dn}\nobjectClass: organizationalUnit\nou: ${unit}\n`);
    members = (await at.api('GET', usersPath('status eq "ACTIVE"', `&scope=${directory.organization}&sort=-username`))).body.items;
  });

  test('stand last in the menu of a user, whose details show what became of it', async () => {
    const { page, users, clean } = at;
    const user = members[0];
    await users.open(`?scope=${directory.organization}&q=${user.username}`);
    const menu = await users.openMenu(user.username);
    await menu.getByRole('group', { name: GROUP }).waitFor();
    assert.equal(await menu.getByRole('group').last().getAttribute('aria-label'), GROUP);
    await menu.getByRole('menuitem', { name: /^Move to another unit/ }).click();
    const form = page.getByRole('dialog', { name: `Move to another unit: ${user.username}` });
    await form.getByRole('button', { name: 'Move to another unit' }).click();
    await form.getByText('This is needed.').waitFor();
    await assertAccessible(page, 'the form of an action', '.dialog');
    await form.getByLabel('New unit (DN)').fill('ou=nowhere,dc=example');
    await form.getByRole('button', { name: 'Move to another unit' }).click();
    await form.getByText(/must lie within/).waitFor();
    assert.equal(homeOf(user.username), `uid=${user.username},${directory.people_dn}`, 'nothing was done');
    await form.getByLabel('New unit (DN)').fill(dn);
    await form.getByLabel('Reason').fill('Works at the harbour now');
    await form.getByRole('button', { name: 'Move to another unit' }).click();
    await users.toast(user.username).waitFor();
    await form.waitFor({ state: 'hidden' });
    assert.equal(homeOf(user.username), `uid=${user.username},${dn}`);
    await users.open(`?scope=${directory.organization}&user=${user.id}`);
    await users.details.getByText(`uid=${user.username},${dn}`).waitFor();
    clean();
  });

  test('say why they cannot be done', async () => {
    const { page, users, api, clean } = at;
    const slug = directory.organization;
    await api('PATCH', `/organizations/${slug}`, { state: 'maintenance' });
    try {
      await users.open(`?scope=${slug}&q=${members[1].username}`);
      const menu = await users.openMenu(members[1].username);
      const item = menu.getByRole('group', { name: GROUP }).getByRole('menuitem');
      assert.equal(await item.getAttribute('aria-disabled'), 'true');
      assert.match(await item.locator('.why').textContent(), /maintenance/i);
      await page.keyboard.press('Escape');
    } finally {
      await api('PATCH', `/organizations/${slug}`, { state: 'active' });
    }
    clean();
  });

  test('are previewed for many, and for whom they are not', async () => {
    const { page, users, bulk, api, clean } = at;
    const three = members.slice(2, 5);
    const stranger = (await api('GET', usersPath('connector eq "org.tenantry.sql" and status eq "ACTIVE"'))).body.items[0];
    await users.open(`?filter=${encodeURIComponent([...three, stranger].map((user) => `id eq "${user.id}"`).join(' or '))}`);
    await page.getByRole('checkbox', { name: 'Select the loaded page' }).check();
    await bulk.bar.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menu', { name: 'More actions' }).getByRole('group', { name: GROUP }).getByRole('menuitem', { name: /^Move to another unit/ }).click();
    const form = page.getByRole('dialog', { name: 'Move to another unit: 4 users' });
    await form.getByLabel('New unit (DN)').fill(dn);
    await form.getByRole('button', { name: 'Preview' }).click();
    await bulk.plan.getByRole('tab', { name: /will change/ }).waitFor();
    assert.equal(await bulk.counted('will change'), 3);
    assert.equal(await bulk.counted('not allowed'), 1);
    await bulk.plan.getByText(dn).waitFor();
    await bulk.confirm();
    await bulk.job.getByRole('heading', { name: 'Move to another unit: 3 users' }).waitFor();
    await bulk.finished();
    for (const user of three) assert.equal(homeOf(user.username), `uid=${user.username},${dn}`);
    clean();
  });

  test('take them back where they were', async () => {
    const { page, users, bulk, clean } = at;
    await users.open(`?scope=${directory.organization}&filter=${encodeURIComponent(members.slice(0, 1).concat(members.slice(2, 5)).map((user) => `id eq "${user.id}"`).join(' or '))}`);
    await page.getByRole('checkbox', { name: 'Select the loaded page' }).check();
    await bulk.bar.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: /^Move to another unit/ }).click();
    const form = page.getByRole('dialog', { name: 'Move to another unit: 4 users' });
    await form.getByLabel('New unit (DN)').fill(directory.people_dn);
    await form.getByRole('button', { name: 'Preview' }).click();
    await bulk.confirm();
    await bulk.finished();
    for (const user of [members[0], ...members.slice(2, 5)]) assert.equal(homeOf(user.username), `uid=${user.username},${directory.people_dn}`);
    clean();
  });

  test('are asked for in the same form for all that match', async () => {
    const { page, users, bulk, clean } = at;
    await users.open(`?scope=${directory.organization}`);
    const total = await users.total();
    assert.ok(total > 100, `${total} users do not fit on a page`);
    await page.getByRole('checkbox', { name: 'Select the loaded page' }).check();
    await bulk.bar.getByRole('button', { name: /^Select all/ }).click();
    await bulk.bar.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: /^Move to another unit/ }).click();
    const form = page.getByRole('dialog', { name: `Move to another unit: ${total} users` });
    await form.getByLabel('New unit (DN)').waitFor();
    await form.getByRole('button', { name: 'Cancel' }).click();
    await form.waitFor({ state: 'hidden' });
    clean();
  });
});
