import { defineConfig } from 'vitest/config';

// One file after the other: each starts a server and a browser of its own, and
// a machine with two cores should not be what decides about a result.
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['**/*.test.ts'],
    environment: 'node',
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
