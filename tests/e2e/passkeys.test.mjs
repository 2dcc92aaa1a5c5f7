// Goal: a passkey is made, signs in without name, password and code, and opens nothing once it is deleted.
// Method: Chromium's own virtual authenticator (WebAuthn domain of its protocol) stands for the device; everything else is real.
// Passkeys belong to a host name, so the loopback server is called by its name, localhost.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertAccessible, launch, openPage, operator, url } from './support/browser.mjs';

const there = url.replace(/\/\/(127\.0\.0\.1|\[::1\])/, '//localhost');

let browser;
before(async () => { browser = await launch(); });
after(async () => { await browser?.close(); });

/** A device that verifies its user by itself, until it is told not to. */
async function addDevice(page) {
  const protocol = await page.context().newCDPSession(page);
  await protocol.send('WebAuthn.enable');
  const { authenticatorId } = await protocol.send('WebAuthn.addVirtualAuthenticator', {
    options: { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
  });
  return {
    credentials: async () => (await protocol.send('WebAuthn.getCredentials', { authenticatorId })).credentials,
    verifiesUser: (yes) => protocol.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: yes }),
  };
}

async function signInByPassword(page) {
  await page.goto(`${there}/sign-in`);
  await page.getByLabel('Username or e-mail').fill(operator.username);
  await page.getByLabel('Password', { exact: true }).fill(operator.password);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('heading', { name: 'Users', level: 1 }).waitFor();
}

async function signOut(page) {
  await page.getByRole('button', { name: /account of/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
}

const usePasskey = (page) => page.getByRole('button', { name: 'Sign in with a passkey' }).click();

test('a passkey is registered, signs in, is deleted, and is refused then', async () => {
  const { page, context, clean } = await openPage(browser);
  const device = await addDevice(page);
  await signInByPassword(page);
  await page.goto(`${there}/settings?part=security`);
  await page.getByText('You have no passkey yet.').waitFor();
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  const add = page.getByRole('dialog', { name: 'Add a passkey' });
  await add.getByLabel('Name').fill('Test device');
  await add.getByLabel('Your password').fill('not the password');
  await assertAccessible(page, 'the dialog that adds a passkey', '[role=dialog]');
  await add.getByRole('button', { name: 'Continue' }).click();
  await add.getByText('The password is wrong.').waitFor();
  assert.equal((await device.credentials()).length, 0, 'the device was not asked without the password');
  await add.getByLabel('Your password').fill(operator.password);
  await add.getByRole('button', { name: 'Continue' }).click();
  const list = page.getByRole('list', { name: 'Passkeys' });
  await list.getByText('Test device').waitFor();
  const [made] = await device.credentials();
  assert.equal(made.isResidentCredential, true);
  assert.equal(made.rpId, 'localhost');
  await assertAccessible(page, 'settings with a passkey');

  await list.getByRole('button', { name: 'Rename Test device' }).click();
  const rename = page.getByRole('dialog', { name: 'Rename Test device' });
  await rename.getByLabel('Name').fill('Work laptop');
  await rename.getByRole('button', { name: 'Rename' }).click();
  await list.getByText('Work laptop').waitFor();

  await signOut(page);
  await assertAccessible(page, 'the sign-in page with passkeys');
  await usePasskey(page);
  await page.getByRole('heading', { name: 'Users', level: 1 }).waitFor();
  await page.goto(`${there}/settings?part=security`);
  await list.getByText('Work laptop').waitFor();
  assert.equal(await list.getByText('Never').count(), 0, 'it was used');

  await list.getByRole('button', { name: 'Delete Work laptop' }).click();
  await page.getByRole('dialog', { name: 'Delete Work laptop' }).getByRole('button', { name: 'Delete' }).click();
  await page.getByText('You have no passkey yet.').waitFor();
  assert.equal((await device.credentials()).length, 1, 'the device still has it');
  await signOut(page);
  await usePasskey(page);
  await page.getByRole('alert').getByText('This passkey was not accepted.').waitFor();
  assert.equal(new URL(page.url()).pathname, '/sign-in');
  clean();
  await context.close();
});

test('a device that does not verify its user signs nobody in, and the page says what to do', async () => {
  const { page, context, clean } = await openPage(browser);
  const device = await addDevice(page);
  await device.verifiesUser(false);
  await page.goto(`${there}/sign-in`);
  await usePasskey(page);
  await page.getByRole('alert').getByText('No passkey was chosen, or it took too long.').waitFor();
  clean();
  await context.close();
});

test('at another address than its own the server says where passkeys work', { skip: there === url ? 'the server has one name only' : false }, async () => {
  const { page, context, clean } = await openPage(browser);
  await addDevice(page);
  await page.goto(`${url}/sign-in`);
  await usePasskey(page);
  await page.getByRole('alert').getByText(`Passkeys work at ${there} only.`).waitFor();
  clean();
  await context.close();
});
