// Goal: roles, settings, accounts and activity are done in the console as an administrator does them, on the running
// server with its real mail. Method: as in console.test.mjs, against the demo; the API is the second witness.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { account, PASSWORD } from './support/accounts.mjs';
import { session, until } from './support/api.mjs';
import { assertAccessible, demo, launch, openPage, signIn, url } from './support/browser.mjs';
import { linkTo, mailsTo } from './support/mail.mjs';
import { codeOf, nextCode } from './support/totp.mjs';
import { UsersPage } from './support/users_page.mjs';

const skip = demo ? false : 'TENANTRY_RUN does not name a demo: mail cannot be read';
let browser;
let api;
before(async () => {
  browser = await launch();
  if (demo) api = await session();
});
after(async () => { await browser?.close(); });

/** A page of somebody, with its watch; axe judges in both themes. */
async function opened(t, who) {
  const { page, context, clean } = await openPage(browser);
  t.after(() => context.close());
  if (who !== null) await signIn(page, who);
  const judged = async (what, within) => {
    for (const colorScheme of ['dark', 'light']) {
      await page.emulateMedia({ colorScheme });
      // Colours fade into each other.
      await page.waitForTimeout(300);
      await assertAccessible(page, `${what} (${colorScheme})`, within);
    }
  };
  return { page, clean, judged };
}

const MODAL = '.mantine-Modal-content';
const DRAWER = '.mantine-Drawer-content';
const toast = (page, text) => page.locator('.mantine-Notification-root').filter({ hasText: text }).first();

describe('roles', { skip }, () => {
  test('a role of one\'s own is made, given until a day, explained, taken away and deleted', async (t) => {
    const tenant = demo.ldap[0].organization;
    const { user } = await account(api, 'clerk', { organization: tenant });
    const { page, clean, judged } = await opened(t);
    const name = `Door keeper ${process.pid}`;
    await page.goto(`${url}/roles`);
    await page.getByRole('button', { name: 'Help desk' }).waitFor();
    await judged('roles');
    await page.getByRole('button', { name: 'New role' }).click();
    const form = page.getByRole('dialog', { name: 'New role' });
    await form.getByLabel('Name').fill(name);
    await form.getByRole('checkbox', { name: 'Unlock', exact: true }).check();
    await judged('new role', MODAL);
    await form.getByRole('button', { name: 'Make role' }).click();
    const details = page.getByRole('dialog', { name: `Details of ${name}` });
    await details.getByText('users.unlock').waitFor();
    await judged('role', DRAWER);
    await details.getByRole('button', { name: 'Edit role' }).click();
    const edit = page.getByRole('dialog', { name: 'Edit role' });
    await edit.getByRole('checkbox', { name: 'Send and revoke invitations' }).check();
    await edit.getByRole('button', { name: 'Save' }).click();
    await details.getByText('users.invite').waitFor();

    await details.getByRole('button', { name: 'Who has it' }).click();
    await page.getByText('Nobody matches').waitFor();
    await page.getByRole('button', { name: 'Give a role' }).click();
    const grant = page.getByRole('dialog', { name: 'Give a role' });
    await grant.getByRole('combobox', { name: 'To whom' }).fill(user.username);
    await until('only the typed one is offered', async () => await grant.locator('.picklist [role=option]').count() === 1);
    await page.keyboard.press('Enter');
    await grant.getByLabel('Role', { exact: true }).selectOption({ label: name });
    await grant.getByLabel('Until').fill('2031-05-04');
    await judged('give a role', MODAL);
    await grant.getByRole('button', { name: 'Give the role' }).click();
    const row = page.getByRole('row').filter({ hasText: user.username });
    await row.getByText('4 May 2031').waitFor();
    await judged('who has what');
    const { body: held } = await api('GET', `/grants?q=${encodeURIComponent(user.username)}`);
    assert.deepEqual(held.items.map((one) => [one.title, one.expires_at]).sort(), [['User', null], [name, '2031-05-04T23:59:59Z']].sort());

    await page.getByRole('button', { name: 'Why can somebody …?' }).click();
    const why = page.getByRole('dialog', { name: 'Why can somebody …?' });
    const pick = async (label, text) => {
      await why.getByRole('combobox', { name: label, exact: true }).fill(text);
      await why.locator('.picklist [role=option]').filter({ hasText: text }).first().click();
    };
    await pick('Who', user.username);
    await why.getByLabel('Does what').selectOption('Delete');
    await pick('To whom', user.username);
    await why.getByText('No', { exact: true }).waitFor();
    await judged('why', DRAWER);
    await why.getByLabel('Does what').selectOption('Unlock');
    await why.getByText(name).waitFor();
    await why.getByRole('button', { name: 'Close details' }).click();

    await row.getByRole('button', { name: `Take away: ${name}, ${user.username}` }).click();
    await page.getByRole('dialog', { name: 'Take a role away' }).getByRole('button', { name: 'Take away' }).click();
    await page.getByText('Nobody matches').waitFor();
    await page.goto(`${url}/roles`);
    await page.getByRole('button', { name }).click();
    await details.getByRole('button', { name: 'Delete role' }).click();
    await page.getByRole('dialog', { name: 'Delete role' }).getByRole('button', { name: 'Delete role' }).click();
    await page.getByRole('button', { name }).waitFor({ state: 'detached' });
    clean();
  });

  test('nobody makes a role that may more than they do, and the form says so', async (t) => {
    const tenant = demo.ldap[0].organization;
    const { body: made } = await api('POST', '/roles', { organization: tenant, name: `Role smith ${process.pid}`, permissions: ['users.view', 'roles.manage', 'users.unlock'] });
    const { who } = await account(api, 'smith', { organization: tenant, role: made.id });
    const { page, clean } = await opened(t, who);
    await page.goto(`${url}/roles`);
    await page.getByRole('button', { name: 'New role' }).click();
    const form = page.getByRole('dialog', { name: 'New role' });
    await form.getByRole('checkbox', { name: 'Unlock', exact: true }).check();
    const refused = form.getByRole('checkbox', { name: 'Delete and restore' });
    assert.ok(await refused.isDisabled());
    await form.getByText(/You do not hold this on .* yourself/).first().waitFor();
    clean();
  });
});

describe('accounts', { skip }, () => {
  test('from invitation by mailed link to password and code, locked out and in again, expired password, recovery', async (t) => {
    const tenant = demo.ldap[0].organization;
    const admin = await opened(t);
    const users = new UsersPage(admin.page);
    const email = `nia.${process.pid}@journey.example`;
    await users.open(`?scope=${tenant}`);
    await admin.page.getByRole('button', { name: 'New user' }).click();
    const form = admin.page.getByRole('dialog', { name: 'New user' });
    await form.getByLabel('First name').fill('Nia');
    await form.getByLabel('Last name').fill('Okafor');
    await form.getByLabel('E-mail').fill(email);
    await form.getByLabel('Phone').fill('+49 30 5550');
    await form.getByLabel('Role 1', { exact: true }).selectOption({ label: 'Help desk' });
    await form.getByRole('button', { name: 'Another role' }).click();
    await form.getByLabel('Role 2', { exact: true }).selectOption({ label: 'Auditor' });
    await form.getByLabel('End of role 2').fill('2031-01-31');
    await form.getByRole('switch', { name: 'Require a second factor' }).check();
    await admin.judged('new user', MODAL);
    await form.getByRole('button', { name: 'Invite' }).click();
    await users.details.getByText('Invited').first().waitFor();
    await users.details.getByText('31 Jan 2031').waitFor();
    await admin.judged('account', DRAWER);

    // The link: sent again, the first one is dead.
    const first = await linkTo(email);
    await users.open(`?q=${email}`);
    await users.act(email, 'Resend invitation');
    await admin.page.getByRole('dialog', { name: /^Resend invitation/ }).getByRole('button', { name: 'Resend invitation' }).click();
    const link = await linkTo(email, 1);
    assert.notEqual(link, first);
    const guest = await opened(t, null);
    await guest.page.goto(first);
    await guest.page.getByRole('heading', { name: 'This link cannot be used' }).waitFor();
    await guest.page.goto('about:blank');
    await guest.page.goto(link);
    await guest.page.getByRole('heading', { name: 'Welcome, Nia' }).waitFor();
    await guest.page.getByRole('img', { name: 'QR code for your authenticator app' }).waitFor();
    const key = (await guest.page.getByText(/^Key: /).textContent()).replace('Key: ', '').trim();
    await guest.judged('first sign-in');
    await guest.page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await guest.page.getByLabel('Password again').fill(PASSWORD);
    let used = codeOf(key);
    await guest.page.getByLabel('Code').fill(used);
    await guest.page.getByRole('button', { name: 'Finish and sign in' }).click();
    await guest.page.getByRole('list', { name: 'Your recovery codes' }).waitFor();
    await guest.judged('recovery codes');
    const download = guest.page.waitForEvent('download');
    await guest.page.getByRole('button', { name: 'Download' }).click();
    assert.match((await download).suggestedFilename(), /recovery-codes/);
    await guest.page.getByRole('button', { name: 'I have kept them' }).click();
    await guest.page.getByRole('heading', { name: 'Users', level: 1 }).waitFor();
    const status = async () => (await api('GET', `/users?q=${email}`)).body.items[0].status;
    assert.equal(await status(), 'ACTIVE');

    // Too many wrong passwords, and unlocked by the administrator.
    const door = await opened(t, null);
    const knock = async (password) => {
      await door.page.goto(`${url}/sign-in`);
      await door.page.getByLabel('Username or e-mail').fill(email);
      await door.page.getByLabel('Password', { exact: true }).fill(password);
      await door.page.getByRole('button', { name: 'Continue' }).click();
    };
    for (let i = 0; i < 12 && await status() !== 'LOCKED_OUT'; i += 1) {
      await knock(`not it ${i}`);
      await door.page.getByRole('alert').waitFor();
    }
    assert.equal(await status(), 'LOCKED_OUT');
    await door.page.getByText(/locked for a while/).waitFor();
    await door.judged('refused');
    await users.open(`?q=${email}`);
    await users.act(email, 'Unlock');
    await users.row(email).getByText('Active').waitFor();

    // An expired password must be changed on the way in.
    await users.act(email, 'Expire password');
    await admin.page.getByRole('dialog', { name: /^Expire password/ }).getByRole('button', { name: 'Expire password' }).click();
    await users.row(email).getByText('Password expired').waitFor();
    const signedInWith = async (password) => {
      await knock(password);
      used = await nextCode(key, used);
      await door.page.getByLabel('Code').fill(used);
      await door.page.getByRole('button', { name: 'Continue' }).click();
    };
    await signedInWith(PASSWORD);
    await door.page.getByRole('heading', { name: 'Choose a new password' }).waitFor();
    await door.judged('expired password');
    await door.page.getByLabel('Password', { exact: true }).fill(`${PASSWORD} two`);
    await door.page.getByLabel('Password again').fill(`${PASSWORD} two`);
    await door.page.getByRole('button', { name: 'Finish and sign in' }).click();
    await door.page.getByRole('heading', { name: 'Users', level: 1 }).waitFor();
    assert.equal(await status(), 'ACTIVE');

    // Reset by the administrator: RECOVERY, and a link for a new password.
    const known = mailsTo(email).length;
    await users.open(`?q=${email}`);
    await users.act(email, 'Reset password');
    const reset = admin.page.getByRole('dialog', { name: /^Reset password/ });
    await reset.getByText(/A link to choose a new one goes to/).waitFor();
    await reset.getByRole('button', { name: 'Reset password' }).click();
    await users.row(email).getByText('Recovery').waitFor();
    await guest.page.goto('about:blank');
    await guest.page.goto(await linkTo(email, known));
    await guest.page.getByRole('heading', { name: 'A new password' }).waitFor();
    await guest.page.getByLabel('Password', { exact: true }).fill(`${PASSWORD} three`);
    await guest.page.getByLabel('Password again').fill(`${PASSWORD} three`);
    used = await nextCode(key, used);
    if (await guest.page.getByLabel('Code').count()) await guest.page.getByLabel('Code').fill(used);
    await guest.page.getByRole('button', { name: 'Finish and sign in' }).click();
    await guest.page.getByRole('heading', { name: 'Users', level: 1 }).waitFor();
    assert.equal(await status(), 'ACTIVE');

    // Deleted by typing the address; stays as deleted; restored by a new invitation.
    await users.open(`?q=${email}`);
    await users.act(email, 'Delete');
    const gone = admin.page.getByRole('dialog', { name: /^Delete/ });
    assert.ok(await gone.getByRole('button', { name: 'Delete' }).isDisabled());
    await gone.getByLabel(/this user, type/).fill(email);
    await gone.getByRole('button', { name: 'Delete' }).click();
    await until('it is deleted', async () => await status() === 'DELETED');
    await users.open(`?q=${email}`);
    await users.row(email).getByText('Deleted').waitFor();
    await users.act(email, 'Restore');
    await admin.page.getByRole('dialog', { name: /^Restore/ }).getByRole('button', { name: 'Restore' }).click();
    await users.row(email).getByText('Invited').waitFor();
    await users.act(email, 'Revoke invitation');
    await users.row(email).getByText('Staged').waitFor();
    for (const one of [admin, guest, door]) one.clean();
  });

  test('single sign-on is asked for by organization, and says when there is none', async (t) => {
    const { page, clean, judged } = await opened(t, null);
    await page.goto(`${url}/sign-in`);
    await page.getByRole('button', { name: 'Sign in through your organization' }).click();
    await page.getByLabel('Your e-mail address, username or organization').fill('nobody-has-this');
    await page.getByRole('button', { name: 'Go to its sign-in page' }).click();
    await page.getByRole('alert').waitFor();
    await judged('single sign-on');
    await page.getByRole('button', { name: 'Back' }).click();
    await page.getByLabel('Username or e-mail').waitFor();
    clean();
  });
});

describe('settings', { skip }, () => {
  test('profile, password, second factor, sessions', async (t) => {
    const tenant = demo.ldap[0].organization;
    const { who, email } = await account(api, 'self', { organization: tenant, role: 'help_desk' });
    const other = await session(who);
    const { page, clean, judged } = await opened(t, who);
    await page.goto(`${url}/settings`);
    await page.getByLabel('Phone').fill('+44 20 7946 0000');
    await page.getByRole('button', { name: 'Save' }).click();
    await toast(page, 'Your profile is saved.').waitFor();
    await judged('profile');
    assert.equal((await other('GET', '/me')).body.account.phone, '+44 20 7946 0000');

    await page.getByRole('tab', { name: 'Sessions' }).click();
    await page.getByText('This one').waitFor();
    await judged('sessions');
    await page.getByRole('button', { name: 'End all others' }).click();
    await page.getByText('There are no others.').waitFor();
    assert.equal((await other('GET', '/me')).status, 401);

    await page.getByRole('tab', { name: 'Security' }).click();
    await judged('security');
    await page.getByLabel('Your password now').fill('wrong');
    await page.getByLabel('New password', { exact: true }).fill(`${PASSWORD} new`);
    await page.getByLabel('New password again').fill(`${PASSWORD} new`);
    await page.getByRole('button', { name: 'Change password' }).click();
    await page.getByText('The password is wrong.').waitFor();
    await page.getByLabel('Your password now').fill(PASSWORD);
    await page.getByRole('button', { name: 'Change password' }).click();
    await toast(page, 'Your password is changed.').waitFor();

    await page.getByRole('button', { name: 'Set up an app' }).click();
    const dialog = page.getByRole('dialog', { name: 'Set up an authenticator app' });
    await dialog.getByRole('button', { name: 'Show the code' }).click();
    await dialog.getByRole('img', { name: 'QR code for your authenticator app' }).waitFor();
    await judged('enrolment', MODAL);
    const key = (await dialog.getByText(/^Key: /).textContent()).replace('Key: ', '').trim();
    await dialog.getByLabel('Code').fill('000000');
    await dialog.getByRole('button', { name: 'Confirm' }).click();
    await dialog.getByText(/The code is wrong/).waitFor();
    await dialog.getByLabel('Code').fill(codeOf(key));
    await dialog.getByRole('button', { name: 'Confirm' }).click();
    await dialog.getByRole('list', { name: 'Your recovery codes' }).waitFor();
    await dialog.getByRole('button', { name: 'I have kept them' }).click();
    await page.getByText('An authenticator app is enrolled.').waitFor();
    await page.getByRole('button', { name: 'New recovery codes' }).click();
    const renew = page.getByRole('dialog', { name: 'New recovery codes' });
    await renew.getByLabel('Your password').fill(`${PASSWORD} new`);
    await renew.getByRole('button', { name: 'New recovery codes' }).click();
    await renew.getByRole('list', { name: 'Your recovery codes' }).waitFor();
    const [code] = await renew.getByRole('listitem').allTextContents();
    await renew.getByRole('button', { name: 'I have kept them' }).click();
    const again = await fetch(`${url}/api/v1/session`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ username: email, password: `${PASSWORD} new`, totp: code }) });
    assert.equal(again.status, 201, 'a recovery code replaces the app');
    await page.getByRole('button', { name: 'Remove' }).click();
    const remove = page.getByRole('dialog', { name: 'Remove the second factor' });
    await remove.getByLabel('Your password').fill(`${PASSWORD} new`);
    await remove.getByRole('button', { name: 'Remove the second factor' }).click();
    await page.getByText('None is enrolled.').waitFor();
    clean();
  });

  test('an API token is shown once, works with what it may, and ends at once', async (t) => {
    const { page, clean, judged } = await opened(t);
    await page.goto(`${url}/settings?part=tokens`);
    await page.getByRole('button', { name: 'New token' }).click();
    const form = page.getByRole('dialog', { name: 'New token' });
    const name = `journey ${process.pid}`;
    await form.getByLabel('Name').fill(name);
    await form.getByLabel('Ends after').selectOption('7');
    await form.getByRole('checkbox', { name: 'Export lists of users' }).check();
    await judged('new token', MODAL);
    await form.getByRole('button', { name: 'Make token' }).click();
    const shown = page.getByRole('dialog', { name: 'Your new token' });
    const token = await shown.locator('output').textContent();
    await judged('token', MODAL);
    await shown.getByRole('button', { name: 'I have it' }).click();
    const ask = async (path, method = 'GET', body) => (await fetch(`${url}/api/v1${path}`, { method, headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' }, ...(body ? { body: JSON.stringify(body) } : {}) })).status;
    assert.equal(await ask('/users?limit=1'), 200);
    assert.equal(await ask('/organizations', 'POST', { name: 'x', kind: 'partner', parent: demo.ldap[0].organization }), 403);
    await page.reload();
    const item = page.getByRole('listitem').filter({ hasText: name });
    await item.getByText('2 permissions').waitFor();
    await item.getByText('just now').waitFor();
    assert.equal(await page.getByText(token).count(), 0, 'it is not shown again');
    await judged('tokens');
    await item.getByRole('button', { name: `Revoke the token ${name}` }).click();
    await page.getByRole('dialog', { name: 'Revoke token' }).getByRole('button', { name: 'Revoke' }).click();
    await item.waitFor({ state: 'detached' });
    assert.equal(await ask('/users?limit=1'), 401);
    clean();
  });

  test('mail: how it leaves, and one to try it', async (t) => {
    const { page, clean, judged } = await opened(t);
    const { body: me } = await api('GET', '/me');
    const known = mailsTo(me.account.email).length;
    await page.goto(`${url}/settings?part=mail`);
    await page.getByText('As files into a folder').waitFor();
    await judged('mail');
    await page.getByRole('button', { name: 'Send me a test mail' }).click();
    await toast(page, 'was handed over').waitFor();
    assert.equal(mailsTo(me.account.email).length, known + 1);
    clean();
  });
});

describe('activity', { skip }, () => {
  test('is narrowed to who, what and when; handed out; and proved whole', async (t) => {
    const { body: organizations } = await api('GET', '/organizations?limit=1');
    const { page, clean, judged } = await opened(t);
    await page.goto(`${url}/activity`);
    await page.locator('.acttable .olink').first().waitFor();
    await judged('activity');
    await page.getByRole('combobox', { name: 'Who' }).fill(demo.username);
    await page.getByRole('option').filter({ hasText: demo.username }).first().click();
    await page.waitForURL(/actor=/);
    await page.locator('.chip').filter({ hasText: demo.username }).waitFor();
    await page.getByLabel('What').selectOption('sign_in');
    await page.waitForURL(/action=sign_in/);
    const today = new Date().toISOString().slice(0, 10);
    await page.getByLabel('Until').fill(today);
    await page.waitForURL(/until=/);
    await until('only sign-ins are shown', async () => {
      const verbs = await page.locator('.acttable tbody tr td:nth-child(3)').allTextContents();
      return verbs.length > 0 && verbs.every((verb) => verb === 'Sign in');
    });
    const total = Number((await page.locator('.ptotal b').textContent()).replace(/,/g, ''));
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Export CSV' }).click();
    const file = await download;
    const { readFileSync } = await import('node:fs');
    const lines = readFileSync(await file.path(), 'utf8').trim().split('\r\n');
    assert.ok(Math.abs(lines.length - 1 - total) <= 1, `${lines.length - 1} lines of ${total} entries`);
    await page.locator('.acttable .olink').first().click();
    const details = page.getByRole('dialog', { name: /^Details of / });
    await details.getByRole('button', { name: 'All they did' }).click();
    await page.getByRole('button', { name: 'More' }).click();
    await page.getByRole('menuitem', { name: 'Check that nothing was altered' }).click();
    const check = page.getByRole('dialog', { name: 'Check of the activity' });
    await check.getByText('Nothing was altered, removed or reordered.').waitFor({ timeout: 60_000 });
    await judged('check', MODAL);
    assert.ok(organizations.total > 0);
    clean();
  });
});
