/** Where the app's parts lie, and which packages stay outside the bundles. */
import { dirname, join } from 'node:path';

export const ROOT = dirname(import.meta.dirname);
export const DIST = join(ROOT, 'dist');
/** Kept by every machine for itself and removed with node_modules. */
export const CACHE = join(ROOT, 'node_modules', '.cache', 'tieout');
/** Where `vite.command.config.ts` puts the command: below node_modules, so that it finds its native modules. */
export const COMMAND = join(CACHE, 'command');
/** Packages with native code: loaded from node_modules, in the packaged app from outside the archive. */
export const NATIVE: readonly string[] = ['@duckdb/node-api', '@duckdb/node-bindings', 'keytar'];
