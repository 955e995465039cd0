#!/usr/bin/env node
/**
 * The `tieout` command, on whatever Node the machine has: from Node 24 on electron/cli.ts runs here, otherwise in
 * the lock file's Node, with terminal, signals and exit code passed through.
 */
import module from 'node:module';
import { fileURLToPath } from 'node:url';
import { installedNode } from './install.mjs';
import { COMPILE_CACHE, passThrough } from './spawn.mjs';

const cli = new URL('../electron/cli.ts', import.meta.url);
const args = process.argv.slice(2);

if (Number.parseInt(process.versions.node, 10) >= 24) {
  module.enableCompileCache(COMPILE_CACHE);
  // Threads ask the environment, and nothing else.
  process.env.NODE_COMPILE_CACHE ??= COMPILE_CACHE;
  const { main } = await import(cli.href);
  process.exitCode = await main(args);
} else {
  const node = installedNode();
  if (node) {
    process.exitCode = await passThrough(node, [fileURLToPath(cli), ...args]);
  } else {
    process.stderr.write('The dependencies are not installed: run "npm ci" in the folder of Tieout first.\n');
    process.exitCode = 2;
  }
}
