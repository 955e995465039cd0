/**
 * Makes sure that the dependencies of the lock file are installed. Plain JavaScript for Node 20, because it runs
 * before anything is installed.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const LOCK = join(ROOT, 'package-lock.json');
const MODULES = join(ROOT, 'node_modules');
/** Holds the digest of the lock file that node_modules was last found to agree with. */
const STAMP = join(MODULES, '.cache', 'tieout', 'installed');

/**
 * The Node of the lock file (the same major as Electron's), where it is installed.
 * @returns {string | undefined}
 */
export function installedNode() {
  const path = join(MODULES, 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  return existsSync(path) ? path : undefined;
}

/**
 * Runs `npm ci` when node_modules does not agree with the lock file; says so in one line, and shows what npm
 * printed only where it failed.
 * @returns {string} the Node to run everything else with.
 * @throws {Error} where npm fails; its message names what to do.
 */
export function ensureInstalled() {
  const digest = createHash('sha256').update(readFileSync(LOCK)).digest('hex');
  const before = installedNode();
  if (before && (readText(STAMP) === digest || agreesWithLock())) {
    writeStamp(digest);
    return before;
  }
  if (process.platform === 'win32' && process.execPath.startsWith(MODULES)) {
    throw new Error('The dependencies have changed: run "npm ci", then this command again.');
  }
  const first = !existsSync(MODULES);
  process.stderr.write(`Installing dependencies (${first ? 'first run' : 'the lock file has changed'})…\n`);
  npmCi();
  writeStamp(digest);
  const node = installedNode();
  if (node) return node;
  throw new Error('npm ran no install scripts, so Node 24 is missing: run "npm ci --ignore-scripts=false".');
}

/** Whether npm itself left node_modules as the lock file says, for a developer who ran npm by hand. */
function agreesWithLock() {
  const hidden = readText(join(MODULES, '.package-lock.json'));
  if (hidden === undefined) return false;
  const installed = JSON.parse(hidden).packages;
  const wanted = JSON.parse(readFileSync(LOCK, 'utf8')).packages;
  return Object.entries(wanted).every(
    ([path, { version, optional }]) =>
      path === '' || (installed[path]?.version ?? (optional ? version : '')) === version,
  );
}

function npmCi() {
  const env = { ...process.env };
  // `npm run` puts node_modules/.bin first: npm would run on the very Node that it is about to remove.
  const key = Object.keys(env).find((name) => name.toUpperCase() === 'PATH') ?? 'PATH';
  const separator = process.platform === 'win32' ? ';' : ':';
  env[key] = (env[key] ?? '')
    .split(separator)
    .filter((folder) => folder !== join(MODULES, '.bin'))
    .join(separator);
  // Everything is needed to build and test, whatever the caller's own settings say.
  delete env.NODE_ENV;
  const args = [
    'ci',
    '--include=dev',
    '--include=optional',
    '--no-audit',
    '--no-fund',
    '--no-progress',
    '--loglevel=error',
  ];
  const cli = process.env.npm_execpath;
  const viaNode = cli !== undefined && basename(cli) === 'npm-cli.js';
  const command = viaNode ? (process.env.npm_node_execpath ?? process.execPath) : 'npm';
  const result = spawnSync(command, viaNode ? [cli, ...args] : args, {
    cwd: ROOT,
    env,
    encoding: 'utf8',
    shell: !viaNode && process.platform === 'win32',
  });
  if (result.status === 0) return;
  process.stderr.write(`${result.stdout ?? ''}${result.stderr ?? ''}`);
  const reason = result.error ? result.error.message : `exit code ${result.status ?? result.signal}`;
  throw new Error(`npm could not install the dependencies (${reason}). Its own words are above.`);
}

/** @param {string} digest */
function writeStamp(digest) {
  if (readText(STAMP) === digest) return;
  mkdirSync(dirname(STAMP), { recursive: true });
  writeFileSync(STAMP, digest);
}

/**
 * @param {string} path
 * @returns {string | undefined}
 */
function readText(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}
