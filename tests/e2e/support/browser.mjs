// A real Chromium for the journeys. The browser library is the console's own development dependency, so that
// there is one lockfile. Every page fails its test when the security policy is violated or a script throws.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import assert from 'node:assert/strict';

const console_ = createRequire(new URL('../../../web/package.json', import.meta.url));
const { chromium } = console_('playwright-core');
const axeSource = readFileSync(console_.resolve('axe-core/axe.min.js'), 'utf8');

/** What packaging/run wrote about the demo, or null when only an address and a sign-in are known. */
export const demo = process.env.TENANTRY_RUN ? JSON.parse(readFileSync(process.env.TENANTRY_RUN, 'utf8')) : null;
export const url = process.env.TENANTRY_URL ?? demo?.url ?? 'http://127.0.0.1:8080';
export const operator = {
  username: process.env.TENANTRY_USER ?? demo?.username ?? 'admin',
  password: process.env.TENANTRY_PASSWORD ?? demo?.password ?? '',
};

export async function launch() {
  return chromium.launch({
    executablePath: process.env.TENANTRY_CHROMIUM ?? '/usr/bin/chromium',
    // Chromium refuses its sandbox to root.
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });
}

/** A page with a watch on it: call `clean()` at the end of the test. */
export async function openPage(browser, { theme = 'light', width = 1440, height = 900 } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: theme, reducedMotion: 'reduce' });
  const page = await context.newPage();
  page.setDefaultTimeout(Number(process.env.TENANTRY_E2E_TIMEOUT_MS ?? 20_000));
  const faults = [];
  page.on('pageerror', (error) => faults.push(`script: ${error.message}`));
  // What the browser says about a refused request is no fault of the page: the tests provoke some.
  page.on('console', (message) => { if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) faults.push(`console: ${message.text()}`); });
  await page.exposeFunction('reportViolation', (text) => { faults.push(`policy: ${text}`); });
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      window.reportViolation(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
    });
    // What moves without having been touched, as Lighthouse counts it.
    window.layoutShift = 0;
    new PerformanceObserver((list) => { for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.layoutShift += entry.value; }).observe({ type: 'layout-shift', buffered: true });
  });
  const clean = () => assert.deepEqual(faults, [], 'the page broke the policy or threw');
  return { page, context, clean };
}

export async function signIn(page, who = operator) {
  await page.goto(`${url}/sign-in`);
  await page.getByLabel('Username or e-mail').fill(who.username);
  await page.getByLabel('Password', { exact: true }).fill(who.password);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('heading', { name: 'Users', level: 1 }).waitFor();
}

/** Fails when the page moved by itself while it was loaded (0.1 is Lighthouse's bound). */
export async function assertStill(page, where) {
  const moved = await page.evaluate(() => window.layoutShift);
  assert.ok(moved < 0.1, `${where} moved by itself: ${moved.toFixed(3)}`);
}

/** Fails with what axe found: WCAG 2.0 to 2.2 A and AA, and best practice. What an open popover covers is not judged: name the popover as `within`. */
export async function assertAccessible(page, where, within = null) {
  await page.evaluate(axeSource);
  const violations = await page.evaluate(async (selector) => {
    const result = await window.axe.run(selector ?? document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] });
    return result.violations.map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => `${n.target.join(' ')} (${n.any[0]?.message ?? n.all[0]?.message ?? n.none[0]?.message ?? ''})`).join('; ')}`);
  }, within);
  assert.deepEqual(violations, [], `axe on ${where}`);
}
