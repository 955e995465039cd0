#!/usr/bin/env node
/**
 * The `tieout` command, on whatever Node the machine has: from Node 24 on electron/cli.ts runs here, otherwise in
 * the lock file's Node, with terminal, signals and exit code passed through.
 */
import { fileURLToPath } from 'node:url';

const cli = new URL('../electron/cli.ts', import.meta.url);
const args = process.argv.slice(2);

if (Number.parseInt(process.versions.node, 10) >= 24) {
  const { main } = await import(cli.href);
  process.exitCode = await main(args);
} else {
  const [{ installedNode }, { passThrough }] = await Promise.all([
    import('./install.mjs'),
    import('./spawn.mjs'),
  ]);
  const node = installedNode();
  if (node) {
    process.exitCode = await passThrough(node, [fileURLToPath(cli), ...args]);
  } else {
    process.stderr.write('The dependencies are not installed: run "npm ci" in the folder of Tieout first.\n');
    process.exitCode = 2;
  }
}
