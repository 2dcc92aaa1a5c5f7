// Goal: what an admin does in the page happens where the user really lives, and what a directory does is seen in the
// page. Method: the demo's own slapd, SQLite files and MariaDB are changed and read beside the page, with their own
// programs. TENANTRY_RUN names the file that packaging/run wrote about the demo.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { before, describe, test } from 'node:test';
import { atConsole } from './support/at_console.mjs';
import { session, until, usersPath } from './support/api.mjs';
import { demo, launch, openPage, signIn, url } from './support/browser.mjs';
import { UsersPage } from './support/users_page.mjs';

const skip = demo ? false : 'TENANTRY_RUN does not name a demo';

function bind(directory, uid, password) {
  return spawnSync('ldapwhoami', ['-x', '-H', directory.uri, '-D', `uid=${uid},${directory.people_dn}`, '-w', password], { encoding: 'utf8' });
}

async function connectionOf(api, organization) {
  const { body } = await api('GET', `/connections?organization=${organization}`);
  return body.items[0];
}

/** Reads a directory and waits for the end of that reading. */
async function read(api, organization) {
  const connection = await connectionOf(api, organization);
  const { status, body: run } = await api('POST', `/connections/${connection.id}/sync`);
  assert.equal(status, 202);
  return until(`the reading of ${organization} ends`, async () => {
    const { body } = await api('GET', `/connections/${connection.id}/runs?limit=20`);
    return body.items.find((item) => item.id === run.id && item.finished_at);
  });
}

describe('the demo in the page', { skip }, () => {
  const at = atConsole();
  before(async () => {
    await until('every directory was read', async () => (await at.api('GET', '/completeness?state=never_read')).body.total === 0, { withinMs: 180_000 });
  });

  test('lists every user of every organization', async () => {
    const { users, api, clean } = at;
    await users.open();
    const { body } = await api('GET', '/users?limit=1');
    assert.equal(await users.total(), body.total);
    assert.ok(body.total >= demo.users, `${body.total} of at least ${demo.users}`);
    clean();
  });

  test('shows who was locked out by three wrong passwords, and unlocks them', async () => {
    const { page, users, api, clean } = at;
    const directory = demo.ldap[0];
    const { body } = await api('GET', usersPath('status eq "ACTIVE"', `&scope=${directory.organization}`));
    const uid = body.items.map((user) => user.username).find((name) => bind(directory, name, `demo-only-${name}`).status === 0);
    assert.ok(uid, 'the demo has a user whose password is known');
    for (let i = 0; i < 3; i += 1) assert.notEqual(bind(directory, uid, 'wrong').status, 0);
    assert.notEqual(bind(directory, uid, `demo-only-${uid}`).status, 0, 'the right password is refused now');

    await page.goto(`${url}/organizations?scope=${directory.organization}`);
    await page.getByRole('button', { name: /^Sync now/ }).first().click();
    await until('the server has seen the lock', async () => (await api('GET', usersPath(`username eq "${uid}"`, `&scope=${directory.organization}`))).body.items[0].status === 'LOCKED_OUT');

    await users.open(`?scope=${directory.organization}&q=${uid}`);
    await users.row(uid).getByText('Locked out').waitFor();
    await users.act(uid, 'Unlock');
    await users.toast(uid).waitFor();
    await users.row(uid).getByText('Active').waitFor();
    const signedIn = bind(directory, uid, `demo-only-${uid}`);
    assert.equal(signedIn.status, 0, signedIn.stderr);
    clean();
  });

  test('says in words that WordPress cannot suspend', async () => {
    const { page, users, clean } = at;
    const wordpress = demo.mariadb.find((one) => one.mapping === 'wordpress');
    await users.open(`?scope=${wordpress.organization}&filter=${encodeURIComponent('status eq "ACTIVE"')}`);
    const username = await users.rows().first().locator('.ulink').textContent();
    const menu = await users.openMenu(username);
    const suspend = menu.getByRole('menuitem', { name: /^Suspend/ });
    assert.equal(await suspend.getAttribute('aria-disabled'), 'true');
    assert.match(await suspend.locator('.why').textContent(), /cannot/i);
    assert.match(await suspend.getAttribute('data-tip'), /\w+ \w+ \w+/);
    await page.keyboard.press('Escape');
    clean();
  });

  test('suspends a user of a plain table in that organization\'s own database, and takes it back', async () => {
    const { users, clean } = at;
    const slug = demo.sqlite[0];
    const file = `${demo.data}/demo/sqlite/${slug}.db`;
    const status = (username) => execFileSync('sqlite3', [file, `select status from users where username = '${username}'`], { encoding: 'utf8' }).trim();
    await users.open(`?scope=${slug}&filter=${encodeURIComponent('status eq "ACTIVE"')}`);
    const username = await users.rows().first().locator('.ulink').textContent();
    assert.equal(status(username), 'active');
    await users.open(`?scope=${slug}&q=${username}`);
    await users.act(username, 'Suspend');
    await users.toast(username).waitFor();
    await users.row(username).getByText('Suspended').waitFor();
    assert.equal(status(username), 'disabled');
    await users.toast(username).getByRole('button', { name: 'Undo' }).click();
    await users.row(username).getByText('Active').waitFor();
    assert.equal(status(username), 'active');
    clean();
  });

  test('shows a temporary password once', async () => {
    const { page, users, api, clean } = at;
    const directory = demo.ldap.at(-1);
    const { body } = await api('GET', usersPath('status eq "ACTIVE"', `&scope=${directory.organization}`));
    const uid = body.items.at(-1).username;
    await users.open(`?scope=${directory.organization}&q=${uid}`);
    await users.act(uid, 'Reset password');
    const ask = page.getByRole('dialog', { name: `Reset password: ${uid}` });
    await ask.getByRole('button', { name: 'Reset password' }).click();
    const shown = page.getByRole('dialog', { name: 'Temporary password' });
    const secret = await shown.getByLabel('Temporary password').textContent();
    assert.ok(secret.length >= 12);
    await shown.getByRole('button', { name: 'I have it' }).click();
    await shown.waitFor({ state: 'hidden' });
    assert.equal((await page.content()).includes(secret), false, 'it is nowhere in the page any more');
    const entered = bind(directory, uid, secret);
    assert.equal(entered.status, 0, entered.stderr);
    clean();
  });

  test('edits a profile in the directory, and says when somebody else was faster', async () => {
    const { users, api, clean } = at;
    const slug = demo.sqlite[1] ?? demo.sqlite[0];
    const file = `${demo.data}/demo/sqlite/${slug}.db`;
    const { body } = await api('GET', usersPath('status eq "ACTIVE"', `&scope=${slug}`));
    const user = body.items[0];
    await users.open(`?scope=${slug}&user=${user.id}`);
    await users.details.getByRole('button', { name: 'Edit profile' }).click();
    // Another name each time, so that the journey can be taken twice on one demo.
    const name = `Ægidius ${process.pid}`;
    await users.details.getByLabel('First name').fill(name);
    await users.details.getByRole('button', { name: 'Save' }).click();
    await users.toast(user.username).waitFor();
    const first = execFileSync('sqlite3', [file, `select first_name from users where username = '${user.username}'`], { encoding: 'utf8' }).trim();
    assert.equal(first, name);

    await users.details.getByRole('button', { name: 'Edit profile' }).click();
    const faster = `Faster ${process.pid}`;
    execFileSync('sqlite3', [file, `update users set last_name = '${faster}', updated_at = datetime('now') where username = '${user.username}'`]);
    await read(api, slug);
    await users.details.getByLabel('Last name').fill('Slower');
    await users.details.getByRole('button', { name: 'Save' }).click();
    const conflict = users.details.getByRole('alert').filter({ hasText: 'Now in the directory' });
    await conflict.getByText(faster).waitFor();
    await conflict.getByRole('button', { name: "Take the directory's" }).click();
    assert.equal(await users.details.getByLabel('Last name').inputValue(), faster);
    clean();
  });

  test('keeps the list when the directory stops, says since when, deletes nobody, and heals by itself', async () => {
    const { page, users, api, clean } = at;
    const directory = demo.ldap[0];
    const count = async () => (await api('GET', `/users?limit=1&scope=${directory.organization}`)).body.total;
    const before_ = await count();
    assert.ok(before_ > 0);
    execFileSync(`${demo.data}/slapd-stop`);
    try {
      const run = await read(api, directory.organization);
      assert.equal(run.state, 'failed');
      assert.equal(await count(), before_, 'nobody is deleted');
      await users.open(`?scope=${directory.organization}`);
      assert.equal(await users.total(), before_);
      await page.getByRole('button', { name: /1 unreachable since \d\d:\d\d GMT/ }).click();
      await page.getByRole('list', { name: 'Organizations' }).getByText(/./).first().waitFor();
      await page.keyboard.press('Escape');
      const { body } = await api('GET', usersPath('status eq "ACTIVE"', `&scope=${directory.organization}`));
      const { username } = body.items[0];
      await users.open(`?scope=${directory.organization}&q=${username}`);
      await users.act(username, 'Suspend');
      await users.toast(/reach|refus|connect|answer/i).waitFor();
      await users.row(username).getByText('Active').waitFor();
    } finally {
      execFileSync(`${demo.data}/slapd-start`);
    }
    const healed = await read(api, directory.organization);
    assert.notEqual(healed.state, 'failed');
    await users.open(`?scope=${directory.organization}`);
    await page.getByText('1 of 1 organization current').waitFor();
    assert.equal(await count(), before_);
    clean();
  });

  test('shows the groups of one user, as the directory has them', async () => {
    const { users, api, clean } = at;
    const directory = demo.ldap[0];
    const found = execFileSync('ldapsearch', ['-x', '-LLL', '-o', 'ldif-wrap=no', '-H', directory.uri, '-D', `cn=tenantry,${directory.base_dn}`, '-w', `demo-only-${directory.organization}`,
      '-b', directory.base_dn, '(objectClass=groupOfNames)', 'cn', 'member'], { encoding: 'utf8' });
    const groups = found.split('\n\n').filter((entry) => entry.trim()).map((entry) => ({
      name: /^cn: (.*)$/m.exec(entry)?.[1],
      members: [...entry.matchAll(/^member: uid=([^,]+),/gm)].map((match) => match[1]),
    }));
    const some = groups.find((group) => group.members.length > 0 && group.members.length < 20);
    const uid = some.members.at(-1);
    const { body } = await api('GET', usersPath(`username eq "${uid}"`, `&scope=${directory.organization}`));
    await users.open(`?scope=${directory.organization}&user=${body.items[0].id}`);
    await users.details.getByRole('tab', { name: 'Groups' }).click();
    await users.details.locator('.groups li').first().waitFor();
    const shown = await users.details.locator('.groups b').allTextContents();
    assert.deepEqual(shown.sort(), groups.filter((group) => group.members.includes(uid)).map((group) => group.name).sort());
    clean();
  });

  test('shows what was done in the trail', async () => {
    const { page, clean } = at;
    await page.goto(`${url}/activity`);
    const rows = page.getByRole('region', { name: 'Activity' }).getByRole('row');
    await rows.filter({ hasText: 'Unlock' }).filter({ hasText: 'Done' }).first().waitFor();
    await rows.filter({ hasText: 'Suspend' }).filter({ hasText: /Failed/ }).first().waitFor();
    clean();
  });
});

describe('an operator of one branch', { skip }, () => {
  test('sees nothing of another branch, also not by its address', async () => {
    const browser = await launch();
    try {
      const partners = demo.operators.filter((one) => one.role === 'partner_administrator');
      assert.ok(partners.length >= 2, 'the demo has two partners');
      const admin = await session();
      const foreign = (await admin('GET', `/users?limit=1&scope=${partners[1].organization}`)).body.items[0];
      const { page, clean } = await openPage(browser);
      await signIn(page, partners[0]);
      const users = new UsersPage(page);
      await users.open();
      assert.ok(await users.total() > 0);
      await page.goto(`${url}/users?scope=${partners[1].organization}`);
      await page.getByRole('heading', { name: 'You cannot see this' }).waitFor();
      await page.goto(`${url}/users?user=${foreign.id}`);
      await page.getByRole('dialog').getByRole('heading', { name: 'You cannot see this' }).waitFor();
      await page.goto(`${url}/users?q=${encodeURIComponent(foreign.native_id)}`);
      await users.settled();
      assert.equal(await users.row(foreign.username).count(), 0);
      clean();
    } finally {
      await browser.close();
    }
  });
});
