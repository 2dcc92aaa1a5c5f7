// Goal: how quick the list of everybody is for the person before it, and what of each time is the server's, the way's
// and the page's. Method: a real Chromium on loopback; every time ends after the frame that shows the answer was drawn;
// the server's part is the Server-Timing of the same request. Figures are printed, never judged: judge them on a machine
// that does nothing else. TENANTRY_RUN names a demo, best one of 1,000,000 users (packaging/run --users 1000000).
import { launch, openPage, signIn, url } from './support/browser.mjs';

const ROUNDS = Number(process.env.ROUNDS ?? 9);
const WORDS = ['a', 'an', 'ann', 'anna', '', 'm', 'mü', 'mül', '', 'sch', 'schu', 'schul', '', 'o', 'ol', 'olg'];
const GOAL = { first: 300, keystroke: 100, blank: 200 };

/** Runs in the page before anything else: what it was waited for, and when it was drawn. */
function watch() {
  const drawn = () => new Promise((go) => {
    requestAnimationFrame(() => { const channel = new MessageChannel(); channel.port1.onmessage = go; channel.port2.postMessage(0); });
  });
  const speed = {
    rows: () => document.querySelector('.tablewrap:not(.old) .tr:not(.sk), .cards:not(.old) .card') !== null,
    async until(ready, withinMs = 30_000) {
      const from = performance.now();
      while (!ready()) {
        if (performance.now() - from > withinMs) throw new Error(`nothing came: ${String(ready)}`);
        await new Promise((go) => { requestAnimationFrame(go); });
      }
      await drawn();
      return performance.now();
    },
    /** What a wait was made of: the last request of the list that ended within it. */
    parts(from, to, path = '/api/v1/users?') {
      const asked = performance.getEntriesByType('resource').filter((entry) => entry.name.includes(path) && entry.startTime >= from - 1 && entry.responseEnd <= to);
      const last = asked.at(-1);
      if (!last) return { total: to - from, before: null, server: null, way: null, page: null, asked: 0 };
      const server = last.serverTiming.find((one) => one.name === 'total')?.duration ?? 0;
      return { total: to - from, before: last.startTime - from, server, way: last.responseEnd - last.startTime - server, page: to - last.responseEnd, asked: asked.length, bytes: last.encodedBodySize };
    },
    inSight(selector) {
      const box = document.querySelector('[role=grid]').getBoundingClientRect();
      return [...document.querySelectorAll(selector)].some((row) => { const at = row.getBoundingClientRect(); return at.bottom > box.top + 35 && at.top < box.bottom - 1; });
    },
    full: () => speed.inSight('.tr:not(.sk)') && !speed.inSight('.tr.sk'),
    texts: () => [...document.querySelectorAll('.tr:not(.sk)')].slice(0, 12).map((row) => row.id).join(),
  };
  performance.setResourceTimingBufferSize(20_000);
  window.speed = speed;
  window.firstRows = document.readyState === 'complete' ? null : speed.until(speed.rows).catch(() => null);
}

const middle = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
const ms = (value) => (value === null || value === undefined || Number.isNaN(value) ? '–' : value.toFixed(0)).padStart(5);

function line(what, all, goal) {
  const of = (name) => middle(all.map((one) => one[name]).filter((value) => value !== null && value !== undefined));
  const worst = Math.max(...all.map((one) => one.total));
  console.log(`${what.padEnd(44)} ${ms(of('total'))} ${ms(worst)}  ${ms(of('before'))} ${ms(of('server'))} ${ms(of('way'))} ${ms(of('page'))}${goal ? `   goal ${goal}` : ''}`);
}

async function times(n, once) {
  const all = [];
  for (let i = 0; i < n; i += 1) all.push(await once(i));
  return all;
}

async function settled(page) {
  await page.locator('.listbox [aria-busy="false"]').first().waitFor();
}

async function wholePage(page, path) {
  await page.goto(`${url}${path}`);
  return page.evaluate(async () => window.speed.parts(0, await window.firstRows));
}

/** From the press of the mouse on "Users" in the rail, on another page, to the rows. */
async function inside(page, from) {
  await page.goto(`${url}${from}`);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.waitForLoadState('networkidle').catch(() => undefined);
  return page.evaluate(async () => {
    const link = document.querySelector('nav a[href^="/users"]');
    const at = performance.now();
    link.dispatchEvent(new MouseEvent('mouseover', { bubbles: true }));
    link.click();
    return window.speed.parts(at, await window.speed.until(window.speed.rows));
  });
}

async function strokes(page) {
  return page.evaluate(async (words) => {
    const input = document.querySelector('input[type=search]');
    const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set;
    const list = () => `${document.querySelector('.ptotal').textContent}|${window.speed.texts()}`;
    const all = [];
    for (const text of words) {
      const was = list();
      const from = performance.now();
      set.call(input, text);
      input.dispatchEvent(new Event('input', { bubbles: true }));
      const to = await window.speed.until(() => list() !== was && !document.querySelector('.tablewrap.old'), 5_000).catch(() => null);
      if (to !== null) all.push({ text, ...window.speed.parts(from, to) });
      await new Promise((go) => { setTimeout(go, 300); });
    }
    return all;
  }, WORDS);
}

async function jumps(page) {
  return page.evaluate(async (n) => {
    const grid = document.querySelector('[role=grid]');
    const all = [];
    for (let i = 0; i < n; i += 1) {
      const from = performance.now();
      grid.scrollTop = Math.round(grid.scrollHeight * ((i * 0.37 + 0.5) % 1));
      const to = await window.speed.until(window.speed.full);
      all.push(window.speed.parts(from, to));
      await new Promise((go) => { setTimeout(go, 200); });
    }
    grid.scrollTop = 0;
    return all;
  }, ROUNDS);
}

async function sorts(page) {
  const all = [];
  for (const name of ['Username', 'Organization', 'Last signed in', 'State', 'E-mail', 'MFA', 'Role', 'Last name']) {
    all.push({ name, ...await page.evaluate(async (column) => {
      const head = [...document.querySelectorAll('.th .sort')].find((one) => one.textContent.startsWith(column));
      const was = window.speed.texts();
      const from = performance.now();
      head.click();
      return window.speed.parts(from, await window.speed.until(() => window.speed.texts() !== was && !document.querySelector('.tablewrap.old')));
    }, name) });
    await page.waitForTimeout(150);
  }
  return all;
}

async function facets(page) {
  return times(Math.min(5, ROUNDS), async (i) => {
    await page.goto(`${url}/users${['', '?q=an', '?filter=status%20eq%20%22LOCKED_OUT%22', '?q=sch', '?filter=mfa.enrolled%20eq%20false'][i % 5]}`);
    await page.locator('.filterbtn').waitFor();
    const one = await page.evaluate(async () => {
      const from = performance.now();
      document.querySelector('.filterbtn').click();
      return window.speed.parts(from, await window.speed.until(() => document.querySelector('.fvalues li') !== null));
    });
    await page.keyboard.press('Escape');
    return one;
  });
}

/** Scrolls through the first 10,000 rows, `step` pixels a frame; a frame is blank when a row in sight has no user or there is no row at all. */
async function scroll(page, step) {
  await page.goto(`${url}/users`);
  await settled(page);
  return page.evaluate(async (pixels) => {
    const grid = document.querySelector('[role=grid]');
    const row = () => Math.max(...[...document.querySelectorAll('.tr')].map((one) => Number(one.getAttribute('aria-rowindex') ?? 0)));
    const most = Math.min(10_000, Number(grid.getAttribute('aria-rowcount')) - 1);
    const began = performance.now();
    let [last, blank, blankMax, blankFrames, frames] = [began, 0, 0, 0, 0];
    const spans = [];
    while (row() < most && performance.now() - began < 60_000) {
      grid.scrollTop += pixels;
      await new Promise((go) => { requestAnimationFrame(go); });
      const now = performance.now();
      spans.push(now - last);
      frames += 1;
      // Only from the second blank frame on has a person seen the blank for longer than a frame.
      if (window.speed.full()) blank = 0;
      else { blank += now - last; blankFrames += 1; }
      blankMax = Math.max(blankMax, blank);
      last = performance.now();
    }
    const entries = performance.getEntriesByType('resource').filter((entry) => entry.name.includes('/api/v1/users?') && entry.startTime >= began);
    const server = entries.map((entry) => entry.serverTiming.find((one) => one.name === 'total')?.duration ?? 0).sort((a, b) => a - b);
    const way = entries.map((entry) => entry.duration).sort((a, b) => a - b);
    spans.sort((a, b) => a - b);
    return {
      rows: row(), frames, ms: performance.now() - began, blankMax, blankFrames, frameMiddle: spans[spans.length >> 1], frameMax: spans.at(-1),
      asked: entries.length, serverMiddle: server[server.length >> 1], serverMax: server.at(-1), wayMiddle: way[way.length >> 1], wayMax: way.at(-1),
    };
  }, step);
}

const browser = await launch();
try {
  const { page, context } = await openPage(browser);
  await page.addInitScript(watch);
  page.setDefaultTimeout(60_000);
  await signIn(page);
  await settled(page);
  const total = await page.locator('.ptotal b').first().textContent();
  console.log(`${total} users, ${url}, Chromium ${browser.version()}, ${ROUNDS} rounds; milliseconds`);
  console.log(`${''.padEnd(44)} ${'median'.padStart(5)} worst  ${'before'.padStart(5)} server  way  page`);
  const wanted = process.argv.slice(2);
  const on = (name) => wanted.length === 0 || wanted.includes(name);
  if (on('first')) {
    line('first rows, page loaded, files in cache', await times(ROUNDS, () => wholePage(page, '/users')), GOAL.first);
    line('first rows, from Activity', await times(ROUNDS, () => inside(page, '/activity')), GOAL.first);
    line('first rows, from Jobs', await times(ROUNDS, () => inside(page, '/jobs')), GOAL.first);
    line('first rows, page loaded, nothing in cache', await times(Math.min(4, ROUNDS), async () => {
      const other = await browser.newContext({ storageState: await context.storageState(), viewport: { width: 1440, height: 900 } });
      const fresh = await other.newPage();
      await fresh.addInitScript(watch);
      const one = await wholePage(fresh, '/users');
      await other.close();
      return one;
    }));
  }
  await page.goto(`${url}/users`);
  await settled(page);
  if (on('keys')) {
    const all = await strokes(page);
    line('keystroke to rows', all, GOAL.keystroke);
    for (const one of all) line(`  "${one.text}"`, [one]);
  }
  await page.goto(`${url}/users`);
  await settled(page);
  if (on('jump')) line('jump to the middle', await jumps(page));
  if (on('sort')) {
    const all = await sorts(page);
    line('sort by another column', all);
    for (const one of all) line(`  ${one.name}`, [one]);
  }
  if (on('facets')) line('filter opened, with its counts', await facets(page));
  if (on('scroll')) {
    for (const step of [360, 1_200, 3_600]) {
      const one = await scroll(page, step);
      console.log(`scrolling ${one.rows} rows, ${step} px a frame: ${one.frames} frames in ${ms(one.ms).trim()} (median ${ms(one.frameMiddle).trim()}, longest ${ms(one.frameMax).trim()}); `
        + `blank ${one.blankFrames} frames, longest ${ms(one.blankMax).trim()} (goal ${GOAL.blank}); ${one.asked} pages, server ${ms(one.serverMiddle).trim()} to ${ms(one.serverMax).trim()}, arrived after ${ms(one.wayMiddle).trim()} to ${ms(one.wayMax).trim()}`);
    }
  }
} finally {
  await browser.close();
}
