// Goal: the Users page does what an admin needs of a list of everybody: columns, filters, views, rows, numbers.
// Method: as in console.test.mjs, against the demo; the API is the second witness. Times are printed, not judged.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { atConsole } from './support/at_console.mjs';
import { assertAccessible, launch, openPage, signIn, url } from './support/browser.mjs';
import { UsersPage } from './support/users_page.mjs';

const filterOf = (expression) => `?filter=${encodeURIComponent(expression)}`;

describe('the columns', () => {
  const at = atConsole();
  const heads = () => at.page.getByRole('columnheader').locator('.sort > span').allTextContents();
  const columnMenu = async (name) => {
    await at.page.getByRole('columnheader', { name: new RegExp(`^${name}`) }).hover();
    await at.page.getByRole('button', { name: new RegExp(`^Column ${name}`) }).click();
    return at.page.getByRole('menu', { name: `Column ${name}` });
  };

  test('are those of an admin, and more can be chosen', async () => {
    const { page, users, clean } = at;
    await users.open();
    assert.deepEqual(await heads(), ['State', 'Username', 'First name', 'Last name', 'E-mail', 'Alerts', 'MFA', 'Role', 'Organization', 'Last signed in', 'Added', 'Modified']);
    await page.getByRole('button', { name: 'Columns' }).click();
    const chooser = page.getByRole('dialog', { name: 'Columns' });
    await chooser.getByRole('checkbox', { name: 'As of' }).check();
    await chooser.getByRole('checkbox', { name: 'E-mail' }).uncheck();
    await page.keyboard.press('Escape');
    const now = await heads();
    assert.ok(now.includes('As of') && !now.includes('E-mail'));
    await page.reload();
    await users.settled();
    assert.deepEqual(await heads(), now, 'the address holds the columns');
    clean();
  });

  test('move by keyboard, by the menu and by dragging; are pinned and resized', async () => {
    const { page, users, clean } = at;
    await users.open();
    await page.getByRole('columnheader', { name: /^Organization/ }).locator('.sort').focus();
    await page.keyboard.press('Alt+ArrowLeft');
    await page.waitForURL(/cols=/);
    assert.equal((await heads()).indexOf('Organization'), 7);
    await (await columnMenu('MFA')).getByRole('menuitem', { name: 'Pin left' }).click();
    await page.waitForURL(/%5Emfa/);
    assert.equal((await heads())[2], 'MFA');
    await page.getByRole('columnheader', { name: /^Role/ }).locator('.sort').dragTo(page.getByRole('columnheader', { name: /^First name/ }));
    await page.waitForFunction(() => [...document.querySelectorAll('.th .sort > span')].findIndex((head) => head.textContent === 'Role') === 3);
    const handle = page.getByRole('separator', { name: 'Width of E-mail' });
    const before_ = Number(await handle.getAttribute('aria-valuenow'));
    await handle.focus();
    await page.keyboard.press('ArrowRight');
    await page.waitForFunction((was) => Number(document.querySelector('[aria-label="Width of E-mail"]').getAttribute('aria-valuenow')) > was, before_);
    clean();
  });

  test('filter by a condition in the column itself', async () => {
    const { page, users, api, clean } = at;
    await users.open('?sort=username');
    const name = (await users.rows().first().locator('.ulink').textContent()).slice(0, 5);
    const menu = await columnMenu('Username');
    await menu.getByLabel('Condition').selectOption('sw');
    await menu.getByLabel('Value').fill(name);
    await menu.getByRole('button', { name: 'Apply' }).click();
    await page.waitForURL(/filter=/);
    await users.settled();
    const { body } = await api('GET', `/users?limit=1&filter=${encodeURIComponent(`username sw "${name}"`)}`);
    assert.equal(await users.total(), body.total);
    await page.getByRole('button', { name: 'Remove filter Username' }).click();
    await page.waitForURL((address) => !address.searchParams.has('filter'));
    clean();
  });

  test('say how old a row is and what a badge means', async () => {
    const { page, users, clean } = at;
    await users.open(filterOf('status eq "LOCKED_OUT"'));
    await users.rows().first().locator('.badge').hover();
    await page.getByRole('tooltip').getByText('Too many wrong passwords or codes.').waitFor();
    clean();
  });
});

describe('the expression', () => {
  const at = atConsole();
  before(async () => {
    await at.users.open();
    await at.page.getByRole('button', { name: 'Expression' }).click();
  });

  test('is completed as one types', async () => {
    const { page, users, clean } = at;
    const box = page.getByRole('combobox', { name: 'Filter expression' });
    await box.pressSequentially('sta');
    await page.keyboard.press('Tab');
    assert.equal(await box.inputValue(), 'status ');
    await page.keyboard.press('Tab');
    await box.pressSequentially('lock');
    await page.keyboard.press('Tab');
    assert.equal(await box.inputValue(), 'status eq "LOCKED_OUT" ');
    await assertAccessible(page, 'expression', '.exprbar');
    await page.keyboard.press('Enter');
    await page.waitForURL(/filter=status/);
    await users.settled();
    await page.getByRole('button', { name: 'Remove filter User state' }).waitFor();
    clean();
  });

  test('names the column of a mistake and does not apply it', async () => {
    const { page, clean } = at;
    const box = page.getByRole('combobox', { name: 'Filter expression' });
    await box.fill('status eq "LOCKED_OUT" or');
    await page.getByRole('status').filter({ hasText: /^Column \d+:/ }).waitFor();
    assert.equal(await page.locator('.exprbar').getByRole('button', { name: 'Apply' }).isDisabled(), true);
    clean();
  });
});

describe('rows and views', () => {
  const at = atConsole();

  test('a row opens in place, by mouse and by keyboard', async () => {
    const { page, users, clean } = at;
    await users.open(filterOf('connector eq "org.tenantry.ldap"'));
    const username = await users.rows().first().locator('.ulink').textContent();
    await page.getByRole('button', { name: `Open ${username}`, exact: true }).click();
    const more = page.getByRole('row', { name: `More about ${username}` });
    await more.getByRole('heading', { name: /^Groups/ }).waitFor();
    await more.getByRole('heading', { name: 'Where it lives' }).waitFor();
    await assertAccessible(page, 'an opened row');
    await users.grid.focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowLeft');
    await more.waitFor({ state: 'hidden' });
    clean();
  });

  test('a view is saved under a name, and forgotten again', async () => {
    const { page, users, clean } = at;
    await users.open(filterOf('status eq "SUSPENDED" and mfa.enrolled eq true'));
    const total = await users.total();
    const open = () => page.locator('.toolbar').getByRole('button', { name: /^(Views|Everybody|Suspended with MFA)$/ }).click();
    await open();
    await page.getByLabel('Name of this view').fill('Suspended with MFA');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('button', { name: 'Everybody' }).click();
    await page.waitForURL((address) => !address.searchParams.has('filter'));
    await open();
    await page.getByRole('button', { name: 'Suspended with MFA', exact: true }).click();
    await page.waitForURL(/filter=/);
    await users.settled();
    assert.equal(await users.total(), total);
    await open();
    await page.getByRole('button', { name: 'Forget Suspended with MFA' }).click();
    await page.getByRole('button', { name: 'Forget Suspended with MFA' }).waitFor({ state: 'hidden' });
    await page.keyboard.press('Escape');
    clean();
  });

  test('a view is shared, found in another browser, deleted for everybody, and put back', async (t) => {
    const { page, users, clean } = at;
    await users.open(filterOf('status eq "LOCKED_OUT" and connector eq "org.tenantry.ldap"'));
    const total = await users.total();
    const name = `Locked at home ${Date.now()}`;
    await page.locator('.toolbar').getByRole('button', { name: 'Views', exact: true }).click();
    await page.getByLabel('Name of this view').fill(name);
    await page.getByLabel(/^Share with everybody in/).check();
    await assertAccessible(page, 'the menu of views');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('button', { name: `Delete ${name} for everybody` }).waitFor();
    await page.keyboard.press('Escape');

    const browser = await launch();
    t.after(() => browser.close());
    const { page: other, clean: otherClean } = await openPage(browser);
    await signIn(other);
    const theirs = new UsersPage(other);
    await theirs.open();
    await other.locator('.toolbar').getByRole('button', { name: 'Everybody', exact: true }).click();
    await other.getByRole('button', { name }).first().click();
    await other.waitForURL(/filter=/);
    await theirs.settled();
    assert.equal(await theirs.total(), total);
    const remove = other.getByRole('button', { name: `Delete ${name} for everybody` });
    await other.locator('.toolbar').getByRole('button', { name, exact: true }).click();
    await remove.click();
    await remove.waitFor({ state: 'hidden' });
    await other.getByRole('button', { name: 'Undo' }).click();
    await remove.waitFor();
    await remove.click();
    await remove.waitFor({ state: 'hidden' });
    otherClean();
    clean();
  });
});

test('the figures of the list (printed)', async (t) => {
  const browser = await launch();
  t.after(() => browser.close());
  const { page, clean } = await openPage(browser);
  await signIn(page);
  const users = new UsersPage(page);
  const firsts = [];
  for (let i = 0; i < 5; i += 1) {
    await page.goto(`${url}/activity`);
    await page.getByRole('heading', { name: 'Activity', level: 1 }).waitFor();
    const from = Date.now();
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Users' }).click();
    await users.rows().first().waitFor();
    firsts.push(Date.now() - from);
  }
  await users.open();
  // From the key to the frame in which the list shows the answer.
  const strokes = await page.evaluate(async () => {
    const input = document.querySelector('input[type=search]');
    const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set;
    const times = [];
    let text = '';
    for (const letter of ['a', 'n', 'n', '', 'o', 'l', '', 's', 'v', 'e']) {
      text = letter === '' ? '' : text + letter;
      const was = document.querySelector('.ptotal').textContent;
      const from = performance.now();
      set.call(input, text);
      input.dispatchEvent(new Event('input', { bubbles: true }));
      while (performance.now() - from < 3_000) {
        await new Promise((go) => { requestAnimationFrame(go); });
        if (document.querySelector('.ptotal').textContent !== was && !document.querySelector('.tablewrap.old')) break;
      }
      times.push(performance.now() - from);
      await new Promise((go) => { setTimeout(go, 150); });
    }
    return times.sort((a, b) => a - b);
  });
  await users.open();
  const scroll = await page.evaluate(async () => {
    const grid = document.querySelector('[role=grid]');
    const rows = Math.min(10_000, Number(grid.getAttribute('aria-rowcount')) - 1);
    let blank = 0;
    let blankMax = 0;
    let last = performance.now();
    let frameMax = 0;
    let frames = 0;
    const end = rows * 36 - grid.clientHeight;
    const from = performance.now();
    let top = 0;
    while (top < end && performance.now() - from < 20_000) {
      top += 1_200;
      grid.scrollTop = top;
      await new Promise((go) => { requestAnimationFrame(go); });
      const now = performance.now();
      frames += 1;
      frameMax = Math.max(frameMax, now - last);
      const box = grid.getBoundingClientRect();
      const seen = [...document.querySelectorAll('.tr.sk')].some((row) => { const at = row.getBoundingClientRect(); return at.bottom > box.top + 34 && at.top < box.bottom; });
      const holes = document.elementsFromPoint(box.left + 300, box.top + box.height / 2).every((element) => !element.closest('.tr, .trx'));
      blank = seen || holes ? blank + now - last : 0;
      blankMax = Math.max(blankMax, blank);
      last = now;
    }
    return { rows: Math.min(rows, Math.round(top / 36)), frames, ms: performance.now() - from, frameMax, blankMax };
  });
  const middle = (list) => list[Math.floor(list.length / 2)];
  t.diagnostic(`first rows after navigation: median ${middle(firsts.sort((a, b) => a - b))} ms of ${firsts.join(', ')}`);
  t.diagnostic(`keystroke to rows: median ${middle(strokes).toFixed(0)} ms, worst ${strokes.at(-1).toFixed(0)} ms`);
  t.diagnostic(`scrolling through ${scroll.rows} rows: ${scroll.frames} frames in ${scroll.ms.toFixed(0)} ms, longest frame ${scroll.frameMax.toFixed(0)} ms, longest blank ${scroll.blankMax.toFixed(0)} ms`);
  clean();
});
