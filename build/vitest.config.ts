/** The kinds of tests; `npm test` runs them all, `npx vitest --config build/vitest.config.ts` some. */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { ROOT } from './layout.ts';
import STEADY from './node-flags.json' with { type: 'json' };
import { CountsReporter } from './vitest.reporter.ts';

const TIMED = 'test/integration/**/*.timed.test.ts';
const atEnd = join(ROOT, 'test', 'at-end.setup.ts');
const oneThread = join(ROOT, 'test', 'one-thread.setup.ts');
const display = join(ROOT, 'test', 'e2e', 'display.setup.ts');

export default defineConfig({
  root: ROOT,
  test: {
    // One a core: without it Vitest leaves one free.
    maxWorkers: availableParallelism(),
    reporters: ['default', new CountsReporter()],
    // V8 checks its pages of code by keys of the processor, and on some aborts where threads start and end (`build/spawn.mjs`).
    execArgv: STEADY,
    // What is waited for may take long beside other tests; what may not is said by the test.
    expect: { poll: { timeout: 30_000 } },
    // A virtual machine may stand still for a moment: `npm test` names at its end what passed only when tried again.
    retry: 1,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.{ts,tsx}'],
          // A process for each file would load the engine and the same modules a hundred times.
          isolate: false,
          setupFiles: [oneThread, atEnd],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.{ts,tsx}'],
          exclude: [TIMED],
          isolate: false,
          setupFiles: [oneThread, atEnd],
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'timed',
          include: [TIMED],
          // What holds the product to milliseconds has the machine to itself.
          fileParallelism: false,
          setupFiles: atEnd,
          retry: 3,
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts', 'test/electron-host/**/*.test.ts'],
          setupFiles: [display, atEnd],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
