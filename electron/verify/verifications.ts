/** Earlier verifications: what each found, and which pages it looked at, against its event and what it left in the evidence. */
import { sha256Of } from '../../shared/digest.ts';
import { sha256 } from '../workspace/evidence.ts';
import type { Row } from '../workspace/row.ts';
import type { Check } from './findings.ts';
import { readFound } from './found-document.ts';

/** Its differences as they are kept, and its faulty pages; null where an earlier version did not keep them. */
async function foundThen(
  { workspace, findings }: Check,
  row: Row,
): Promise<{ readonly differences: string; readonly faulty: readonly string[] } | null> {
  const name = `event ${row.int('seq')} found`;
  if (row.int('told') === 0) return { differences: '[]', faulty: [] };
  const digest = row.textOrNull('digest');
  if (digest === null) return null;
  const bytes = await workspace.evidence.get(sha256Of(digest));
  const there = bytes === null ? 'missing or unreadable' : sha256(bytes);
  if (!findings.expect('audit', name, digest, there) || bytes === null) return null;
  const found = readFound(bytes);
  if (found === null) return null;
  return {
    differences: JSON.stringify(found.differences),
    faulty: found.faulty.map(([runId, page]) => `run ${runId} page ${page}`).sort(),
  };
}

/** @param last number of the last event that was walked. */
export async function checkVerifications(check: Check, last: number): Promise<void> {
  const { workspace, findings, request } = check;
  const { database } = workspace;
  const rows = await database.rows(
    `SELECT v.seq, v.differences, json_extract(e.payload, '$.differences')::BIGINT AS told,
       json_extract(e.payload, '$.pages')::BIGINT AS pages, json_extract_string(e.payload, '$.found_sha256') AS digest,
       coalesce(c.n, 0) AS n, coalesce(c.once, 0) AS once, coalesce(c.faulty, '') AS faulty
     FROM verification v JOIN audit_event e ON e.seq = v.seq AND e.type = 'verify.done'
     LEFT JOIN (
       SELECT seq, count(*) AS n, count(DISTINCT (run_id, page)) AS once,
         string_agg('run ' || run_id || ' page ' || page, chr(10) ORDER BY run_id, page) FILTER (NOT verified) AS faulty
       FROM page_check GROUP BY seq) c ON c.seq = v.seq
     WHERE v.seq <= ? ORDER BY v.seq`,
    [last],
  );
  for (const row of rows) {
    request.signal.throwIfAborted();
    const name = `event ${row.int('seq')}`;
    findings.expect('audit', `${name} pages looked at`, row.int('pages'), row.int('n'));
    findings.expect('audit', `${name} pages looked at, each once`, row.int('n'), row.int('once'));
    const then = await foundThen(check, row);
    if (then === null) continue;
    findings.expect('audit', `${name} differences`, then.differences, row.text('differences'));
    const faulty = row
      .text('faulty')
      .split('\n')
      .filter((text) => text !== '')
      .sort();
    findings.expect(
      'audit',
      `${name} faulty pages`,
      then.faulty.join(', ') || 'none',
      faulty.join(', ') || 'none',
    );
  }
  // A page that came later, or of another month, was not looked at then.
  const stranger = await database.row(
    `SELECT c.seq, c.run_id, c.page FROM page_check c JOIN verification v ON v.seq = c.seq JOIN run r ON r.run_id = c.run_id
     LEFT JOIN (
       SELECT seq, json_extract_string(payload, '$.run_id') AS run_id, json_extract(payload, '$.page')::BIGINT AS page
       FROM audit_event WHERE type = 'sync.page') e ON e.run_id = c.run_id AND e.page = c.page
     WHERE v.seq <= ? AND (e.seq > c.seq OR r.month <> v.month) ORDER BY 1, 2, 3 LIMIT 1`,
    [last],
  );
  if (stranger) {
    const page = `run ${stranger.text('run_id')} page ${stranger.int('page')}`;
    findings.expect('audit', `event ${stranger.int('seq')} pages looked at`, 'a page of then', page);
  }
}
