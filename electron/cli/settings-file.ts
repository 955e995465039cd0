/** A JSON file of connection settings, as `--settings` names it. */
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { TieoutError } from '../../shared/errors.ts';

/**
 * What the file holds, not yet checked.
 * @throws TieoutError `file-not-found`, `file-unreadable`, `connection-invalid` where it holds no JSON.
 */
export async function settingsFile(path: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw new TieoutError(
      missing ? 'file-not-found' : 'file-unreadable',
      `The settings file ${path} ${missing ? 'does not exist' : 'cannot be read'}; name a JSON file.`,
      { path },
      { cause: error },
    );
  }
  let settings: unknown;
  try {
    settings = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    // The engine's own words repeat a piece of the file.
    const place = error instanceof Error ? /line \d+ column \d+/.exec(error.message)?.[0] : undefined;
    throw new TieoutError(
      'connection-invalid',
      `The settings file ${path} is no JSON${place === undefined ? '' : ` (${place})`}; put it right.`,
      { path },
    );
  }
  return withWholePaths(settings, dirname(path));
}

/** Files that a settings file names lie beside it, unless it says where. */
function withWholePaths(settings: unknown, folder: string): unknown {
  if (typeof settings !== 'object' || settings === null || Array.isArray(settings)) return settings;
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) => {
      const isPath = name === 'client_cert_file' || name === 'client_key_file';
      return [name, isPath && typeof value === 'string' ? resolve(folder, value) : value];
    }),
  );
}
