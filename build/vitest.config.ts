/** The three kinds of tests; `npm test` runs them all, `npx vitest --config build/vitest.config.ts` some. */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { ROOT } from './layout.ts';
import { CountsReporter } from './vitest.reporter.ts';

/**
 * Tests that hold the product to a time may fail on a machine that does something else too: they are tried again, and
 * `npm test` names at its end which were.
 */
const TIMED = { retry: 1 };

const display = join(ROOT, 'test', 'e2e', 'display.setup.ts');

export default defineConfig({
  root: ROOT,
  test: {
    // One a core: without it Vitest leaves one free.
    maxWorkers: availableParallelism(),
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
          ...TIMED,
          globalSetup: display,
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          ...TIMED,
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
