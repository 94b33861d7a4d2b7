import { defineConfig } from 'vitest/config';

/** `npm run test:live`: against real programs, which take their time and the machine's memory. */
export default defineConfig({
  test: {
    root: `${import.meta.dirname}/../..`,
    include: ['test/live/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 600_000,
    fileParallelism: false,
  },
});
