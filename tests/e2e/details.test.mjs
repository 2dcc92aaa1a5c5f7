// Goal: what a directory knows of a user is changed by its own schema, of one user and of many; an organization says
// when jobs may work on it. Method: as in users.test.mjs, against the demo; the API is the second witness.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { atConsole } from './support/at_console.mjs';
import { until, usersPath } from './support/api.mjs';
import { assertAccessible, demo, url } from './support/browser.mjs';
import { Bulk } from './support/console_page.mjs';

describe('the schema of a directory', { skip: demo ? false : 'TENANTRY_RUN does not name a demo' }, () => {
  const at = atConsole();
  let members;
  before(async () => {
    members = (await at.api('GET', usersPath('status eq "ACTIVE"', `&scope=${demo.ldap[0].organization}&sort=username`))).body.items;
  });
  const department = async (user) => (await at.api('GET', `/users/${user.id}`)).body.attributes.department;

  test('makes the form of a user, which says what Save would change', async () => {
    const { page, users, clean } = at;
    const user = members[3];
    await users.open(`?scope=${demo.ldap[0].organization}&user=${user.id}`);
    await users.details.getByRole('button', { name: 'Edit profile' }).click();
    const value = `Harbour ${process.pid}`;
    await users.details.getByLabel('Department').fill(value);
    assert.equal(await users.details.getByLabel('Username').isDisabled(), true, 'the directory cannot change it');
    const changes = users.details.getByRole('group', { name: 'What changes' });
    await changes.getByText(value).waitFor();
    await users.details.getByLabel('Last name').fill('');
    await users.details.getByRole('button', { name: 'Save' }).click();
    await users.details.getByRole('alert').or(users.details.locator('.mantine-InputWrapper-error')).first().waitFor();
    assert.notEqual(await department(user), value, 'nothing was saved');
    await users.details.getByLabel('Last name').fill(user.last_name);
    await assertAccessible(page, 'the form of a user', '.userd');
    await users.details.getByRole('button', { name: 'Save' }).click();
    await users.toast('is changed').waitFor();
    assert.equal(await department(user), value);
    clean();
  });

  test('lets one attribute of many be changed by a plan', async () => {
    const { page, users, clean } = at;
    const three = members.slice(4, 7);
    await users.open(`?filter=${encodeURIComponent(three.map((user) => `id eq "${user.id}"`).join(' or '))}`);
    await page.getByRole('checkbox', { name: 'Select the loaded page' }).check();
    const bulk = new Bulk(page);
    await bulk.bar.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: /Change an attribute/ }).click();
    const dialog = page.getByRole('dialog', { name: 'Change an attribute' });
    await dialog.getByLabel('Attribute').selectOption('department');
    await dialog.getByLabel('New value').fill('Pier 9');
    await assertAccessible(page, 'an attribute of many', '.dialog');
    await dialog.getByRole('button', { name: 'Preview' }).click();
    await bulk.plan.getByRole('tab', { name: /will change/ }).waitFor();
    assert.equal(await bulk.counted('will change'), 3);
    await bulk.confirm();
    await bulk.finished();
    for (const user of three) await until('the directory has the new value', async () => await department(user) === 'Pier 9', { withinMs: 10_000 });
    clean();
  });

  test('leaves the time of maintenance to each organization, or to the one above', async () => {
    const { page, api, clean } = at;
    const slug = demo.ldap[0].organization;
    await page.goto(`${url}/organizations?org=${slug}`);
    const drawer = page.getByRole('dialog', { name: /^Details of/ });
    const part = drawer.getByRole('region', { name: 'Maintenance window' });
    await part.getByText('None: jobs may work at any time.').waitFor();
    await part.getByRole('button', { name: 'Set a window' }).click();
    await part.getByRole('checkbox', { name: 'Sun' }).check();
    await part.getByLabel('From (GMT)').fill('23:30');
    await part.getByLabel('Minutes').fill('90');
    await assertAccessible(page, 'a maintenance window', '.userd');
    await part.getByRole('button', { name: 'Save' }).click();
    await part.getByText('Sat, Sun from 23:30 GMT for 1 h 30 min').waitFor();
    const { body } = await api('GET', `/organizations/${slug}/maintenance-window`);
    assert.deepEqual(body.window, { days: ['sat', 'sun'], from: '23:30', minutes: 90 });
    await part.getByRole('button', { name: 'Remove' }).click();
    await part.getByText('None: jobs may work at any time.').waitFor();
    clean();
  });
});
