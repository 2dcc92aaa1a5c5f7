import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { // Reading all sources takes its time on a busy machine.
    testTimeout: 30_000, environment: 'node', include: ['src/**/*.test.{ts,tsx}'] },
});
