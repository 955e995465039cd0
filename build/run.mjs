/**
 * `npm run <verb>`: installs what is missing, then runs the verb on the lock file's Node. Plain JavaScript for
 * Node 20, because it runs before anything is installed.
 */
import { join } from 'node:path';
import { ensureInstalled, ROOT } from './install.mjs';
import { passThrough } from './spawn.mjs';

/** What each verb runs, before the caller's own arguments. */
const VERBS = {
  demo: ['electron/cli.ts', 'demo'],
  start: ['build/start.ts'],
  test: ['build/test.ts'],
  build: ['build/bundle.ts'],
  package: ['build/package.ts'],
  'bench:hash': ['test/bench/hash.ts'],
  'bench:sync': ['test/bench/sync.ts'],
  'bench:ingest': ['test/bench/ingest.ts'],
  'bench:recon': ['test/bench/recon.ts'],
};

const [verb, ...args] = process.argv.slice(2);
const command = Object.hasOwn(VERBS, verb ?? '') ? VERBS[verb] : undefined;
if (command === undefined) {
  process.stderr.write(`Usage: node build/run.mjs <${Object.keys(VERBS).join('|')}> [arguments]\n`);
  process.exitCode = 2;
} else {
  try {
    const node = ensureInstalled();
    const [script, ...rest] = command;
    process.exitCode = await passThrough(node, [join(ROOT, script), ...rest, ...args]);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
