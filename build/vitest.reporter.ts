/** Writes how a run went to a file, for `npm test` to add up, and which tests failed, or passed only when tried again. */
import { writeFileSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';

/** Names the file to write. */
export const COUNTS_FILE = 'TIEOUT_TEST_COUNTS';

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Counts of a run, and what `npm test` says of it at its end. */
export interface RunResult extends Counts {
  readonly remarks: readonly string[];
}

/** Tests, and files or suites that broke outside any test. */
function result(modules: readonly TestModule[], unhandled: number): RunResult {
  const counts = { passed: 0, failed: unhandled, skipped: 0 };
  const remarks: string[] = unhandled > 0 ? [`${unhandled} errors outside any test`] : [];
  for (const module of modules) {
    const name = (what: string): string => `${module.relativeModuleId} > ${what}`;
    for (const suite of [module, ...module.children.allSuites()]) {
      if (suite.errors().length === 0) continue;
      counts.failed += 1;
      remarks.push(`failed: ${name(suite.type === 'suite' ? suite.fullName : 'the file itself')}`);
    }
    for (const test of module.children.allTests()) {
      const outcome = test.result();
      if (outcome.state === 'passed') {
        counts.passed += 1;
        const tries = (test.diagnostic()?.retryCount ?? 0) + 1;
        if (tries > 1) remarks.push(`passed at try ${tries}: ${name(test.fullName)}`);
      } else if (outcome.state === 'skipped') {
        counts.skipped += 1;
        remarks.push(`skipped: ${name(test.fullName)} (${outcome.note ?? 'no reason given'})`);
      } else {
        counts.failed += 1;
        const [error] = outcome.state === 'failed' ? outcome.errors : [];
        remarks.push(
          `failed: ${name(test.fullName)} (${error?.message.split('\n')[0] ?? 'no reason given'})`,
        );
      }
    }
  }
  return { ...counts, remarks };
}

export class CountsReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    const file = process.env[COUNTS_FILE];
    if (file) writeFileSync(file, JSON.stringify(result(modules, unhandled.length)));
  }
}
