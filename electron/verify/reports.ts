/** Exported reports that still lie where they were written; one that was moved away is no difference. */
import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import type { Check } from './findings.ts';

/** A pack may be larger than memory. */
async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest('hex');
}

/** @returns how many there are. */
export async function checkReports({ workspace, request, findings }: Check): Promise<number> {
  const { month } = request;
  // The newest export to a path is what lies there, of whatever month it was.
  const rows = await workspace.database.rows(
    `SELECT path, sha256 FROM (
       SELECT * FROM report QUALIFY row_number() OVER (PARTITION BY path ORDER BY seq DESC) = 1)
     WHERE ?::VARCHAR IS NULL OR month = ? ORDER BY path`,
    [month, month],
  );
  let reports = 0;
  for (const row of rows) {
    const path = row.text('path');
    if (!existsSync(path)) continue;
    reports += 1;
    findings.expect('report', path, row.text('sha256'), await sha256OfFile(path));
  }
  return reports;
}
