/** Writes how a run went to a file, for `npm test` to add up, and prints why tests were skipped. */
import { writeFileSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';

/** Names the file to write. */
export const COUNTS_FILE = 'TIEOUT_TEST_COUNTS';

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Tests, and files or suites that broke outside any test. */
function count(modules: readonly TestModule[], unhandled: number): Counts {
  let passed = 0;
  let failed = unhandled;
  let skipped = 0;
  for (const module of modules) {
    for (const suite of [module, ...module.children.allSuites()]) {
      if (suite.errors().length > 0) failed += 1;
    }
    for (const test of module.children.allTests()) {
      const result = test.result();
      if (result.state === 'passed') passed += 1;
      else if (result.state === 'skipped') {
        skipped += 1;
        process.stdout.write(` skipped: ${test.fullName} (${result.note ?? 'no reason given'})\n`);
      } else failed += 1;
    }
  }
  return { passed, failed, skipped };
}

export class CountsReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    const file = process.env[COUNTS_FILE];
    const counts = count(modules, unhandled.length);
    if (file) writeFileSync(file, JSON.stringify(counts));
  }
}
