import { defineConfig } from 'vitest/config';

// Files that need a document say so in their first line: // @vitest-environment jsdom
export default defineConfig({
  define: { __VERSION__: '"0.0.0-test"', __LAUNCH__: '"launch-test.js"', __LEASE__: '"lease-test.js"' },
  test: {
    root: 'web',
    include: ['client/test/**/*.test.ts', 'render/**/*.test.ts'],
    environment: 'node',
    restoreMocks: true,
    unstubGlobals: true,
  },
});
