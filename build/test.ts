/**
 * `npm test`: every check and every test there is, or those named as arguments. The last line says how many passed,
 * failed and were skipped; a check counts as one, as does a suite that breaks or runs nothing.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { appHost } from '../test/electron-host/launch.ts';
import { COMMAND, ROOT } from './layout.ts';
import { withScratch } from './scratch.ts';
import { ALL_PARTS, ensureSystem } from './system.ts';
import { COUNTS_FILE, type Counts, type RunResult } from './vitest.reporter.ts';

const PASSED: Counts = { passed: 1, failed: 0, skipped: 0 };
const FAILED: Counts = { passed: 0, failed: 1, skipped: 0 };
const BIN = join(ROOT, 'node_modules');

/** Tests that failed, were tried again or skipped: said again at the end, where they are found. */
const said: string[] = [];

/** In the order in which they run. */
const STEPS: Readonly<Record<string, () => Counts>> = {
  types: () =>
    check([
      [join(BIN, 'typescript', 'bin', 'tsc'), '-p', '.'],
      [join(BIN, 'typescript', 'bin', 'tsc'), '-p', 'renderer'],
    ]),
  lint: () => check([[join(BIN, '@biomejs', 'biome', 'bin', 'biome'), 'check', '.']]),
  'dead-code': () => check([[join(BIN, 'knip', 'bin', 'knip.js')]]),
  unit: () => suite('unit'),
  integration: () => suite('integration', { command: true }),
  timed: () => suite('timed', { onDisk: true, command: true }),
  build: () => check([[join(ROOT, 'build', 'bundle.ts')]]),
  e2e: () => {
    say(`The app runs on: ${appHost()}`);
    return suite('e2e');
  },
};

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Runs a Node script in the foreground. @returns whether it succeeded. */
function run(command: readonly string[], env: NodeJS.ProcessEnv = {}): boolean {
  const result = spawnSync(process.execPath, command, {
    cwd: ROOT,
    stdio: 'inherit',
    env: { ...process.env, ...env },
  });
  if (result.error) say(result.error.message);
  return result.status === 0;
}

function check(commands: readonly (readonly string[])[]): Counts {
  return commands.every((command) => run(command)) ? PASSED : FAILED;
}

interface Conditions {
  /** Its files lie where users' files do. */
  readonly onDisk?: boolean;
  /** It starts the command hundreds of times: from a bundle, which is ready in half the time. */
  readonly command?: boolean;
}

function environment(folder: string, { onDisk = false, command = false }: Conditions): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = onDisk ? {} : { TMPDIR: folder };
  const bundling = [join(BIN, 'vite', 'bin', 'vite.js'), 'build', '--config', 'build/vite.command.config.ts'];
  if (command && run(bundling)) env.TIEOUT_TEST_COMMAND = join(COMMAND, 'cli.js');
  return env;
}

/** Runs one Vitest project. */
function suite(project: string, conditions: Conditions = {}): Counts {
  const vitest = [join(BIN, 'vitest', 'vitest.mjs'), 'run', '--config', 'build/vitest.config.ts'];
  return withScratch((folder) => {
    const file = join(folder, 'counts.json');
    try {
      const env = { ...environment(folder, conditions), [COUNTS_FILE]: file };
      const succeeded = run([...vitest, '--project', project], env);
      const { remarks, ...counts }: RunResult = JSON.parse(readFileSync(file, 'utf8'));
      said.push(...remarks);
      if (counts.passed + counts.failed === 0) {
        say(`The ${project} suite ran no test.`);
        return { ...counts, failed: 1 };
      }
      return succeeded || counts.failed > 0 ? counts : { ...counts, failed: 1 };
    } catch (error) {
      say(
        `The ${project} suite broke before it could count: ${error instanceof Error ? error.message : String(error)}`,
      );
      return FAILED;
    }
  });
}

function seconds(since: number): string {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`;
}

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !Object.hasOwn(STEPS, name));
if (unknown.length > 0) {
  process.stderr.write(
    `There is no test step ${unknown.join(', ')}; there are: ${Object.keys(STEPS).join(', ')}.\n`,
  );
  process.exitCode = 2;
} else {
  const started = performance.now();
  ensureSystem(ALL_PARTS, say);
  const lines: string[] = [];
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const [name, step] of Object.entries(STEPS)) {
    if (asked.length > 0 && !asked.includes(name)) continue;
    const begun = performance.now();
    say(`\n== ${name}`);
    const { passed, failed, skipped } = step();
    total.passed += passed;
    total.failed += failed;
    total.skipped += skipped;
    lines.push(
      `${failed > 0 ? 'FAILED' : 'ok    '} ${name.padEnd(12)} ${passed} passed, ${failed} failed, ${skipped} skipped, ${seconds(begun)}`,
    );
  }
  say(`\n${[...said, '', ...lines].join('\n')}\nin ${seconds(started)}`);
  say(
    `${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}`,
  );
  process.exitCode = total.failed > 0 ? 1 : 0;
}
