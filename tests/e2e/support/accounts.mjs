// Accounts for a journey: made through the API, entered by their real mailed link.
import assert from 'node:assert/strict';
import { url } from './browser.mjs';
import { linkTo } from './mail.mjs';

export const PASSWORD = 'a journey of many words';

/** Invites an account and accepts its link; answers its user and how it signs in. */
export async function account(api, name, { organization, role = 'user', ...more }) {
  const email = `${name}.${process.pid}@journey.example`;
  const made = await api('POST', '/users', { organization, email, first_name: 'Jo', last_name: name, roles: [{ role, organization }], ...more });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  const token = (await linkTo(email)).split('#')[1];
  const accepted = await fetch(`${url}/api/v1/links/accept`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ token, password: PASSWORD }) });
  assert.ok(accepted.ok, await accepted.text());
  return { user: made.body, email, who: { username: email, password: PASSWORD } };
}
