/** CSV as Python reads it: a reader that is not ours. */
import { spawnSync } from 'node:child_process';
import { z } from 'zod';

const READ = `
import csv, json, sys
with open(sys.argv[1], encoding='utf-8', newline='') as file:
    print(json.dumps(list(csv.DictReader(file, strict=True))))
`;

const rows = z.array(z.record(z.string(), z.string()));

/** The rows of a file by column. */
export function readCsv(path: string): readonly Readonly<Record<string, string>>[] {
  const run = spawnSync('python3', ['-c', READ, path], { encoding: 'utf8', maxBuffer: 2 ** 28 });
  if (run.status !== 0) throw new Error(run.stderr);
  return rows.parse(JSON.parse(run.stdout));
}
