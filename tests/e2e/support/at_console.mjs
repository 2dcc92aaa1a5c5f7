// Where most journeys begin: one signed-in page for all tests of a suite, with the API beside it.
import { after, before } from 'node:test';
import { session } from './api.mjs';
import { launch, openPage, signIn } from './browser.mjs';
import { Bulk } from './console_page.mjs';
import { UsersPage } from './users_page.mjs';

/** Call it inside describe(). What it answers is filled in before the first test: browser, page, context, clean, api, users, bulk. */
export function atConsole() {
  const at = {};
  before(async () => {
    at.browser = await launch();
    at.api = await session();
    Object.assign(at, await openPage(at.browser));
    await signIn(at.page);
    at.users = new UsersPage(at.page);
    at.bulk = new Bulk(at.page);
  });
  after(async () => { await at.browser?.close(); });
  return at;
}
