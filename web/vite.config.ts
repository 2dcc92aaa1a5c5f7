import { defineConfig, loadEnv } from 'vite';
import react from '@vitejs/plugin-react';

const server = loadEnv('', '.', 'TENANTRY_').TENANTRY_URL ?? 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [react()],
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
