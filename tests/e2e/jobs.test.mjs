// Goal: what goes wrong or needs somebody else is settled where it is shown: an outage in the completeness line, a
// deletion by a second person, a job that is held and goes on. Method: the demo's own directory is stopped and started.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { after, describe, test } from 'node:test';
import { session, until, usersPath } from './support/api.mjs';
import { atConsole } from './support/at_console.mjs';
import { assertAccessible, demo, openPage, signIn, url } from './support/browser.mjs';
import { Bulk } from './support/console_page.mjs';
import { ldapGate } from './support/ldap_gate.mjs';

// How long a directory that is away is waited for: tests/e2e/run says it to the server too.
const givesUp = process.env.TENANTRY_JOBS_GIVE_UP_S ? false : 'TENANTRY_JOBS_GIVE_UP_S is not set: the server waits 15 min for a directory';
const SQL = 'connector eq "org.tenantry.sql"';
const personOf = (name) => { const { username, password } = demo.operators.find((one) => one.username === name); return { username, password }; };

describe('what needs a person', { skip: demo ? false : 'TENANTRY_RUN does not name a demo' }, () => {
  const at = atConsole();
  after(() => { spawnSync(`${demo.data}/slapd-start`); });

  test('an organization that cannot be reached is read again from the line that names it, which does not wait for the rows', async () => {
    const { page, users, api, clean } = at;
    const slug = demo.ldap[0].organization;
    const { body } = await api('GET', `/connections?organization=${slug}`);
    const id = body.items[0].id;
    const state = async () => (await api('GET', `/connections/${id}`)).body.state;
    spawnSync(`${demo.data}/slapd-stop`);
    await api('POST', `/connections/${id}/sync`);
    await until('the outage is seen', async () => await state() === 'unreachable');
    spawnSync(`${demo.data}/slapd-start`);
    await users.open(`?scope=${slug}`);
    await page.getByRole('region', { name: 'Completeness' }).getByRole('button', { name: /unreachable/i }).click();
    await page.getByRole('button', { name: /^Sync now/ }).click();
    await page.keyboard.press('Escape');
    await users.rows().nth(3).hover();
    await until('it is current again', async () => await state() === 'current');
    await page.getByRole('region', { name: 'Completeness' }).getByText('1 of 1').waitFor();
    clean();
  });

  test('a deletion runs when a second person approved just that', async () => {
    const { browser, page, users, bulk, api, clean } = at;
    const theirs = await session(personOf('nils'));
    const two = (await theirs('GET', usersPath(`status eq "SUSPENDED" and ${SQL}`))).body.items.slice(0, 2);
    const { body: plan } = await api('POST', '/plans', { action: 'delete', selection: { ids: two.map((user) => user.id) }, reason: 'Left the company' });
    await users.open(`?plan=${plan.id}`);
    await bulk.confirm();
    await bulk.job.getByText('Waits for a second person.').waitFor();
    assert.equal(await bulk.job.getByRole('button', { name: 'Approve' }).count(), 0, 'not by who asked');
    const job = new URL(page.url()).searchParams.get('job');

    const second = await openPage(browser);
    await signIn(second.page, personOf('nils'));
    await second.page.goto(`${url}/approvals`);
    await second.page.getByRole('row').filter({ hasText: 'Left the company' }).first().getByRole('button').or(second.page.getByRole('row').filter({ hasText: 'Left the company' }).first().getByRole('link')).first().click();
    const other = new Bulk(second.page);
    await other.job.getByRole('button', { name: 'Approve' }).click();
    await until('the job has run', async () => (await api('GET', `/jobs/${job}`)).body.state === 'finished');
    await bulk.finished();
    await bulk.job.getByText('Approved by').waitFor();
    for (const user of two) assert.notEqual((await api('GET', `/users/${user.id}`)).body.status, 'SUSPENDED', user.username);
    second.clean();
    clean();
  });

  test('a job is held, goes on, and is taken back', async () => {
    const { page, users, bulk, api, clean } = at;
    const many = (await api('GET', usersPath(`status eq "ACTIVE" and ${SQL}`, '&sort=-username'))).body.items.map((user) => user.id);
    const { body: plan } = await api('POST', '/plans', { action: 'suspend', selection: { ids: many } });
    await users.open(`?plan=${plan.id}`);
    await bulk.confirm();
    await bulk.job.getByRole('button', { name: 'Pause' }).click();
    await bulk.job.getByRole('button', { name: 'Resume' }).waitFor();
    await assertAccessible(page, 'a job that is held', '.jobd .mantine-Drawer-content');
    const job = new URL(page.url()).searchParams.get('job');
    const settled = async () => many.length - (await api('GET', `/jobs/${job}`)).body.outcomes.pending;
    const held = await settled();
    assert.ok(held < many.length, `${held} of ${many.length} were settled when it was held`);
    await bulk.job.getByRole('button', { name: 'Resume' }).click();
    await bulk.finished();
    assert.equal(await settled(), many.length);
    await bulk.job.getByRole('button', { name: `Undo ${many.length}` }).click();
    await bulk.plan.getByRole('tab', { name: /will change/ }).waitFor();
    await bulk.confirm();
    await bulk.finished();
    clean();
  });

  test('only what failed is tried again', async () => {
    const { page, users, bulk, api, clean } = at;
    const slug = demo.sqlite[2];
    const sqlite = (statement) => execFileSync('sqlite3', [`${demo.data}/demo/sqlite/${slug}.db`, '.timeout 5000', statement], { encoding: 'utf8' }).trim();
    const three = (await api('GET', usersPath('status eq "ACTIVE"', `&scope=${slug}&sort=username`))).body.items.slice(0, 3);
    const { body: plan } = await api('POST', '/plans', { action: 'suspend', selection: { ids: three.map((user) => user.id) }, reason: 'Season is over' });
    sqlite(`create trigger closed before update on users when old.username = '${three[1].username}' begin select raise(abort, 'closed for the audit'); end`);
    try {
      await users.open(`?plan=${plan.id}`);
      await bulk.confirm();
      await bulk.job.getByText('Finished with 1 failed').waitFor();
      const first = bulk.job.getByRole('list', { name: 'Items' }).getByRole('listitem').first();
      await first.getByText(three[1].username).waitFor();
      await first.getByText(/rule of the database/).waitFor();
    } finally {
      sqlite('drop trigger closed');
    }
    const job = new URL(page.url()).searchParams.get('job');
    const ended = async () => Object.fromEntries((await api('GET', `/jobs/${job}/items`)).body.items.map((item) => [item.username, item.ended_at]));
    const before = await ended();
    await bulk.job.getByRole('button', { name: 'Retry 1 failed' }).click();
    await bulk.job.getByText('Finished. 3 done').waitFor();
    const now = await ended();
    for (const { username } of [three[0], three[2]]) assert.equal(now[username], before[username], `${username} was not asked again`);
    assert.equal(sqlite(`select count(*) from users where status = 'disabled' and username in (${three.map((user) => `'${user.username}'`).join()})`), '3');
    await bulk.job.getByRole('button', { name: 'Undo 3' }).click();
    await bulk.confirm();
    await bulk.finished();
    clean();
  });

  test('a job whose first user cannot be reached says so, also after a reload', async () => {
    const { page, users, bulk, api, clean } = at;
    const slug = demo.ldap[0].organization;
    const twelve = (await api('GET', usersPath('status eq "ACTIVE"', `&scope=${slug}&sort=username`))).body.items.slice(0, 12);
    const { body: plan } = await api('POST', '/plans', { action: 'suspend', selection: { ids: twelve.map((user) => user.id) } });
    spawnSync(`${demo.data}/slapd-stop`);
    try {
      await users.open(`?plan=${plan.id}`);
      await bulk.confirm();
      const items = bulk.job.getByRole('list', { name: 'Items' });
      const seen = async () => {
        await items.getByText(/cannot be reached.*Nothing was changed/).first().waitFor();
        await bulk.job.getByText('0 of 12 settled').waitFor();
        const words = await items.getByRole('listitem').locator('p').allTextContents();
        assert.ok(words.length > 0 && words.every((text) => text.trim() !== '' && !text.includes('null')), words.join(' | '));
      };
      await seen();
      await page.reload();
      await seen();
      await assertAccessible(page, 'a job that waits for its directory', '.jobd .mantine-Drawer-content');
    } finally {
      spawnSync(`${demo.data}/slapd-start`);
    }
    await bulk.job.getByText('Finished. 12 done').waitFor({ timeout: 120_000 });
    await bulk.job.getByRole('button', { name: 'Undo 12' }).click();
    await bulk.confirm();
    await bulk.finished();
    await page.goto(`${url}/jobs`);
    const undo = page.getByRole('row').filter({ hasText: 'Undo' }).first();
    assert.equal((await undo.textContent()).includes('Undo:'), false, 'a reason that nobody gave is not begun');
    clean();
  });

  test('an outcome that got lost is unknown until somebody looked', { skip: givesUp }, async () => {
    const { page, users, bulk, api, clean } = at;
    const directory = demo.ldap[3];
    const bind = ['-x', '-H', directory.uri, '-D', `cn=tenantry,${directory.base_dn}`, '-w', `demo-only-${directory.organization}`];
    const connection = (await api('GET', `/connections?organization=${directory.organization}`)).body.items[0];
    const { config } = (await api('GET', `/connections/${connection.id}`)).body;
    const lead = async (uri) => assert.equal((await api('PATCH', `/connections/${connection.id}`, { config: { ...config, url: uri, bind_password: bind.at(-1) } })).status, 200);
    const user = (await api('GET', usersPath('status eq "ACTIVE"', `&scope=${directory.organization}&sort=-username`))).body.items[0];
    const { body: plan } = await api('POST', '/plans', { action: 'suspend', selection: { ids: [user.id] }, reason: 'Lost and found' });
    const gate = await ldapGate(directory.uri);
    try {
      await lead(gate.uri);
      await users.open(`?plan=${plan.id}`);
      await bulk.confirm();
      await gate.lost;
      await bulk.job.getByText('Finished with 1 unknown').waitFor({ timeout: 90_000 });
    } finally {
      gate.close();
      await lead(directory.uri);
    }
    const item = bulk.job.getByRole('list', { name: 'Items' }).getByRole('listitem').first();
    await item.getByText(/may or may not/).waitFor();
    await assertAccessible(page, 'an unknown outcome', '.jobd .mantine-Drawer-content');
    const entry = execFileSync('ldapsearch', [...bind, '-LLL', '-b', directory.people_dn, `(uid=${user.username})`, 'pwdAccountLockedTime'], { encoding: 'utf8' });
    assert.match(entry, /pwdAccountLockedTime: 000001010000Z/, 'the directory has done it');
    await page.reload();
    await item.getByRole('button', { name: `Settle ${user.username}` }).click();
    await page.getByRole('menuitem', { name: 'I looked: it was changed' }).click();
    await bulk.job.getByText('Finished. 1 done').waitFor();
    const job = new URL(page.url()).searchParams.get('job');
    const { body } = await api('GET', `/jobs/${job}`);
    assert.deepEqual([body.outcomes.done, body.outcomes.unknown], [1, 0]);
    await until('the list has it too', async () => {
      await api('POST', `/connections/${connection.id}/sync`);
      return (await api('GET', `/users/${user.id}`)).body.status === 'SUSPENDED';
    }, { everyMs: 2_000 });
    assert.equal((await api('POST', `/users/${user.id}/actions/unsuspend`, { reason: 'As before the journey' })).body.outcome, 'done');
    clean();
  });
});
