// Fails the build when a page's first load is over its budget (gzip, scripts only).
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const budgetKb = { 'src/features/users/UsersPage.tsx': 300, 'src/features/session/SignInPage.tsx': 230 };
const manifest = JSON.parse(readFileSync('dist/.vite/manifest.json', 'utf8'));

function scriptsOf(key, seen = new Set()) {
  const chunk = manifest[key];
  if (!chunk || seen.has(key)) return seen;
  seen.add(key);
  for (const next of chunk.imports ?? []) scriptsOf(next, seen);
  return seen;
}

let failed = false;
for (const [page, budget] of Object.entries(budgetKb)) {
  if (!manifest[page]) throw new Error(`budget: ${page} is not in the manifest`);
  const keys = new Set([...scriptsOf('index.html'), ...scriptsOf('src/app/start.tsx'), ...scriptsOf('src/app/Shell.tsx'), ...scriptsOf(page)]);
  if (page.includes('SignIn')) for (const k of scriptsOf('src/app/Shell.tsx')) if (!scriptsOf(page).has(k) && !scriptsOf('index.html').has(k) && !scriptsOf('src/app/start.tsx').has(k)) keys.delete(k);
  const bytes = [...keys].reduce((sum, k) => sum + gzipSync(readFileSync(`dist/${manifest[k].file}`)).length, 0);
  const kb = bytes / 1024;
  console.log(`budget: ${page} ${kb.toFixed(0)} KB of ${budget} KB`);
  failed ||= kb > budget;
}
if (failed) {
  console.error('budget: too large');
  process.exit(1);
}
