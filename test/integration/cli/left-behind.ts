/** Everything that a command leaves behind, and the search for what must not be in it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import { expect } from 'vitest';
import { stored } from '../workspace/stored-tables.ts';
import { type Ended, type Home, SECRET } from './command.ts';

/** Every way in which the secret might be written. */
export const FORMS = [
  SECRET,
  encodeURIComponent(SECRET),
  new URLSearchParams({ s: SECRET }).toString().slice(2),
  JSON.stringify(SECRET).slice(1, -1),
  Buffer.from(SECRET).toString('base64'),
  Buffer.from(`svc:${SECRET}`).toString('base64'),
];

/** Everything that a home holds: its files as they are and unpacked, and every row of every table. */
export async function leftBehind(
  home: Home,
  ...ended: readonly Ended[]
): Promise<ReadonlyMap<string, string>> {
  const left = new Map<string, string>();
  for (const [at, { stdout, stderr }] of ended.entries()) {
    left.set(`stdout ${at}`, stdout);
    left.set(`stderr ${at}`, stderr);
  }
  for (const entry of readdirSync(home.folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const bytes = readFileSync(path);
    left.set(path, bytes.toString('latin1'));
    left.set(`${path} as UTF-8`, bytes.toString('utf8'));
    if (path.endsWith('.zst')) left.set(`${path} unpacked`, zstdDecompressSync(bytes).toString('utf8'));
  }
  const tables = await stored(home.workspace, home.folder, 'SELECT table_name FROM duckdb_tables()');
  expect(tables.length).toBeGreaterThan(15);
  for (const { table_name: table } of tables) {
    left.set(`table ${table}`, JSON.stringify(await stored(home.workspace, home.folder, `FROM ${table}`)));
  }
  return left;
}

/** Where one of the texts is. */
export function found(left: ReadonlyMap<string, string>, texts: readonly string[]): readonly string[] {
  return [...left]
    .filter(([, content]) => texts.some((text) => content.includes(text)))
    .map(([where]) => where);
}
