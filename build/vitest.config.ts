/** The three kinds of tests; `npm test` runs them all, `npx vitest --config build/vitest.config.ts` some. */
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { ROOT } from './layout.ts';
import { CountsReporter } from './vitest.reporter.ts';

const display = join(ROOT, 'test', 'e2e', 'display.setup.ts');

export default defineConfig({
  root: ROOT,
  test: {
    reporters: ['default', new CountsReporter()],
    projects: [
      {
        extends: true,
        test: { name: 'unit', include: ['test/unit/**/*.test.{ts,tsx}'], testTimeout: 30_000 },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.{ts,tsx}', 'test/electron-host/**/*.test.ts'],
          globalSetup: display,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: display,
          // One window at a time: they share a display, and two cores.
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
