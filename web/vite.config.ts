import { defineConfig, loadEnv, type Plugin } from 'vite';
import react from '@vitejs/plugin-react';

const server = loadEnv('', '.', 'TENANTRY_').TENANTRY_URL ?? 'http://127.0.0.1:8080';

/** What every page begins with is asked for beside the first script, not after it. */
function preloadStart(): Plugin {
  return {
    name: 'preload-start',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(_html, { bundle = {} }) {
        const chunks = Object.values(bundle).filter((one) => one.type === 'chunk');
        const start = chunks.find((one) => one.facadeModuleId?.endsWith('/src/app/start.tsx'));
        const files = start ? [start.fileName, ...start.imports] : [];
        return files.filter((file) => chunks.some((one) => one.fileName === file && !one.isEntry))
          .map((file) => ({ tag: 'link', attrs: { rel: 'modulepreload', crossorigin: true, href: `/${file}` }, injectTo: 'head' as const }));
      },
    },
  };
}

export default defineConfig({
  plugins: [react(), preloadStart()],
  server: {
    proxy: { '/api': server, '/healthz': server, '/readyz': server },
  },
  build: {
    target: 'es2022',
    // Nothing is inlined: the policy of the server allows no data: scripts or styles.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: true,
    rolldownOptions: {
      output: {
        codeSplitting: {
          // The tests end in .js so that the libraries' CSS keeps its place in the import order.
          groups: [
            { name: 'react', test: /node_modules[\\/](react|react-dom|scheduler)[\\/].*js$/ },
            // One file for all icons: each for itself would be dozens of requests at the first page.
            { name: 'icons', test: /node_modules[\\/]@tabler[\\/].*js$/ },
            { name: 'mantine', test: /node_modules[\\/](@mantine|@floating-ui|react-remove-scroll|clsx).*js$/ },
            {
              name: 'tanstack',
              test: /node_modules[\\/]@tanstack[\\/](react-router|router-core|history|react-query|query-core|store|react-store)[\\/].*js$/,
            },
          ],
        },
      },
    },
  },
});
