// Goal: what goes wrong or needs somebody else is settled where it is shown: an outage in the completeness line, a
// deletion by a second person, a job that is held and goes on. Method: the demo's own directory is stopped and started.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, before, describe, test } from 'node:test';
import { session, until, usersPath } from './support/api.mjs';
import { assertAccessible, demo, launch, openPage, signIn, url } from './support/browser.mjs';
import { Bulk } from './support/console_page.mjs';
import { UsersPage } from './support/users_page.mjs';

const SQL = 'connector eq "org.tenantry.sql"';
const personOf = (name) => { const { username, password } = demo.operators.find((one) => one.username === name); return { username, password }; };

describe('what needs a person', { skip: demo ? false : 'TENANTRY_RUN does not name a demo' }, () => {
  let browser;
  let page;
  let clean;
  let api;
  before(async () => {
    browser = await launch();
    api = await session();
    ({ page, clean } = await openPage(browser));
    await signIn(page);
  });
  after(async () => {
    spawnSync(`${demo.data}/slapd-start`);
    await browser?.close();
  });

  test('an organization that cannot be reached is read again from the line that names it', async () => {
    const slug = demo.ldap[0].organization;
    const { body } = await api('GET', `/connections?organization=${slug}`);
    const id = body.items[0].id;
    const state = async () => (await api('GET', `/connections/${id}`)).body.state;
    spawnSync(`${demo.data}/slapd-stop`);
    await api('POST', `/connections/${id}/sync`);
    await until('the outage is seen', async () => await state() === 'unreachable');
    spawnSync(`${demo.data}/slapd-start`);
    const users = new UsersPage(page);
    await users.open(`?scope=${slug}`);
    await page.getByRole('region', { name: 'Completeness' }).getByRole('button', { name: /unreachable/i }).click();
    await page.getByRole('button', { name: /^Sync now/ }).click();
    await page.mouse.move(0, 0);  // rows wait while the pointer is over them
    await until('it is current again', async () => await state() === 'current');
    await page.keyboard.press('Escape');
    await page.getByRole('region', { name: 'Completeness' }).getByText('1 of 1').waitFor();
    clean();
  });

  test('a deletion runs when a second person approved just that', async () => {
    const theirs = await session(personOf('nils'));
    const two = (await theirs('GET', usersPath(`status eq "SUSPENDED" and ${SQL}`))).body.items.slice(0, 2);
    const { body: plan } = await api('POST', '/plans', { action: 'delete', selection: { ids: two.map((user) => user.id) }, reason: 'Left the company' });
    const users = new UsersPage(page);
    const bulk = new Bulk(page);
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
    const many = (await api('GET', usersPath(`status eq "ACTIVE" and ${SQL}`, '&sort=-username'))).body.items.map((user) => user.id);
    const { body: plan } = await api('POST', '/plans', { action: 'suspend', selection: { ids: many } });
    const users = new UsersPage(page);
    const bulk = new Bulk(page);
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
});
