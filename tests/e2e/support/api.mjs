// The API as a second witness beside the page: what is asked here is what the journeys need to choose a user or to
// wait for a reading.
import assert from 'node:assert/strict';
import { operator, url } from './browser.mjs';

export async function session(who = operator) {
  const answer = await fetch(`${url}/api/v1/session`, {
    method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(who),
  });
  assert.equal(answer.status, 201, `${who.username} can sign in`);
  const cookie = answer.headers.get('set-cookie').split(';')[0];
  const { csrf_token: token } = await answer.json();
  return async (method, path, body) => {
    const reply = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: { Cookie: cookie, 'X-CSRF-Token': token, ...(body ? { 'Content-Type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await reply.text();
    return { status: reply.status, body: text ? JSON.parse(text) : null };
  };
}

export async function until(what, check, { withinMs = 60_000, everyMs = 500 } = {}) {
  const end = Date.now() + withinMs;
  for (;;) {
    const found = await check();
    if (found) return found;
    if (Date.now() > end) assert.fail(`within ${withinMs / 1000} s: ${what}`);
    await new Promise((go) => { setTimeout(go, everyMs); });
  }
}

export function usersPath(filter, more = '') {
  return `/users?limit=100&filter=${encodeURIComponent(filter)}${more}`;
}
