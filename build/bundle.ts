/** `npm run build`: bundles main process, preload script and renderer into dist/. */
import { existsSync, globSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';
import { DIST, ROOT } from './layout.ts';

const PARTS = ['main', 'preload', 'renderer'] as const;
/** What the bundles are made from. */
const SOURCES = [
  'electron/**',
  'shared/**',
  'renderer/**',
  'build/vite.*.config.ts',
  'build/layout.ts',
  'package-lock.json',
];
const STAMP = join(DIST, 'built');

/**
 * Builds all three parts.
 * @throws where a part does not compile; dist/ then counts as stale.
 */
export async function bundle(): Promise<void> {
  const sources = fingerprint();
  rmSync(STAMP, { force: true });
  for (const part of PARTS) {
    await build({ configFile: join(ROOT, 'build', `vite.${part}.config.ts`) });
  }
  writeFileSync(STAMP, sources);
}

/** Builds where a source is newer than what dist/ was made from. */
export async function bundleIfStale(): Promise<void> {
  if (!existsSync(STAMP) || readFileSync(STAMP, 'utf8') !== fingerprint()) await bundle();
}

/** Tells one state of the sources from another: how many files there are and the latest change of each. */
function fingerprint(): string {
  const files = globSync(SOURCES, { cwd: ROOT }).sort();
  const state = files.map((file) => ({ file, stat: statSync(join(ROOT, file)) }));
  return state
    .filter(({ stat }) => stat.isFile())
    .map(({ file, stat }) => `${file} ${stat.size} ${stat.mtimeMs}`)
    .join('\n');
}

if (import.meta.main) {
  const started = performance.now();
  await bundle();
  process.stdout.write(
    `Built ${PARTS.join(', ')} in ${((performance.now() - started) / 1000).toFixed(1)} s\n`,
  );
}
