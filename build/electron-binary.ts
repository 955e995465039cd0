/**
 * Electron's binary, which comes from outside the npm registry and may be absent. The package's own index is never
 * imported: it would download.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CACHE, ROOT } from './layout.ts';

const PACKAGE = join(ROOT, 'node_modules', 'electron');
/** Its age says when the last attempt failed. */
const FAILED = join(CACHE, 'electron-fetch-failed');
const DAY_MS = 24 * 60 * 60 * 1000;
const FETCH_TIMEOUT_MS = 90_000;

/** The path of the binary where it is installed; null where it is not. */
export function electronBinary(): string | null {
  const folder = process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(PACKAGE, 'dist');
  const pathFile = join(PACKAGE, 'path.txt');
  if (!existsSync(pathFile)) return null;
  const binary = join(folder, readFileSync(pathFile, 'utf8').trim());
  return existsSync(binary) ? binary : null;
}

/**
 * Tries once a day to download the binary where it is absent.
 * @param say tells a person what is going on.
 * @returns its path; null where it cannot be had.
 */
export function fetchElectronBinary(say: (line: string) => void): string | null {
  const installed = electronBinary();
  if (installed !== null || (existsSync(FAILED) && Date.now() - statSync(FAILED).mtimeMs < DAY_MS))
    return installed;
  say('Fetching Electron (once a day at most, 90 s at most)…');
  spawnSync(process.execPath, [join(PACKAGE, 'install.js')], { timeout: FETCH_TIMEOUT_MS, stdio: 'ignore' });
  const fetched = electronBinary();
  if (fetched === null) {
    mkdirSync(CACHE, { recursive: true });
    writeFileSync(FAILED, '');
  }
  return fetched;
}
