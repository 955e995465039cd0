/** The facts of a report: where the month came from, what it came to, under which hashes. No time is the clock's. */
import { z } from 'zod';
import { decimal } from '../../shared/decimal.ts';
import type { Sha256 } from '../../shared/digest.ts';
import { TieoutError } from '../../shared/errors.ts';
import type { Month } from '../../shared/month.ts';
import type { Totals } from '../../shared/recon.ts';
import { letterCounts } from '../dead-letters/letter-counts.ts';
import { countFindings } from '../findings/list.ts';
import { storedProfile } from '../profile/profile-store.ts';
import { DEFAULT_RULES, rulesSha256 } from '../recon/rules.ts';
import { type EvidenceStore, sha256 } from '../workspace/evidence.ts';
import type { Row } from '../workspace/row.ts';
import type { Reader } from '../workspace/transaction.ts';
import { BREAK_STATE_COUNTS } from './report-breaks.ts';
import type { ReportHead } from './report-document.ts';
import { reportWaterfall } from './report-waterfall.ts';

type Evidence = Pick<EvidenceStore, 'get'>;

const totals = z.record(z.string(), z.string().transform(decimal));

/** The newest reconciliation of the month with its event. @throws TieoutError `nothing-to-do` where there is none. */
async function newestRecon(reader: Reader, month: Month): Promise<Row> {
  const recon = await reader.row(
    `SELECT r.*, a.sha256 AS audit_sha256 FROM recon r JOIN audit_event a ON a.seq = r.seq
     WHERE r.month = ? ORDER BY r.seq DESC LIMIT 1`,
    [month],
  );
  if (recon) return recon;
  throw new TieoutError('nothing-to-do', `${month} has not been reconciled; run the reconciliation first.`, {
    month,
  });
}

/**
 * The last event that the report tells of: of the reconciliation, its breaks, its dead letters or the close of its month.
 * An export is none of them, so that the same report comes out the same again.
 */
async function readUntil(reader: Reader, recon: Row): Promise<ReportHead['read_until']> {
  const row = await reader.row(
    `SELECT seq, sha256 FROM audit_event WHERE seq = greatest($1,
       (SELECT coalesce(max(seq), 0) FROM break_event WHERE month = $2),
       (SELECT coalesce(max(seq), 0) FROM close_event WHERE month = $2),
       (SELECT coalesce(max(seq), 0) FROM dead_letter_event WHERE run_id = $3))`,
    [recon.int('seq'), recon.text('month'), recon.text('run_id')],
  );
  return row
    ? { seq: row.int('seq'), sha256: row.text('sha256') }
    : { seq: recon.int('seq'), sha256: recon.text('audit_sha256') };
}

async function sourceOf(reader: Reader, recon: Row): Promise<readonly [Row, ReportHead['source']]> {
  const runId = recon.text('run_id');
  const run = await reader.row(
    `SELECT r.*, s.pages, s.records, s.rejected FROM run_state r, (
       SELECT count(*) AS pages, coalesce(sum(records), 0)::BIGINT AS records, coalesce(sum(rejected), 0)::BIGINT AS rejected
       FROM page WHERE run_id = $1) s
     WHERE r.run_id = $1`,
    [runId],
  );
  if (!run)
    throw new TieoutError(
      'internal',
      `The run of the reconciliation ${recon.text('recon_id')} is not there.`,
    );
  const letters = await letterCounts(reader, runId, recon.int('seq'));
  return [
    run,
    {
      run_id: runId,
      connection: run.textOrNull('connection'),
      base_url: run.text('base_url'),
      resource: run.text('resource'),
      start_date: run.text('start_date'),
      end_date: run.text('end_date'),
      page_size: run.int('page_size'),
      correlation_id: run.text('correlation_id'),
      started_at: run.text('started_at'),
      ended_at: run.textOrNull('ended_at'),
      pages: run.int('pages'),
      records: run.int('records'),
      rejected: run.int('rejected'),
      committed: letters.committed,
      dead_letters: letters.open + letters.discarded,
      dead_letters_open: letters.open,
      dead_letters_discarded: letters.discarded,
      dead_letters_retried: letters.retried,
      dead_letters_retried_since: letters.retriedSince,
      run_sha256: run.text('run_sha256'),
    },
  ];
}

async function profileOf(reader: Reader, run: Row): Promise<ReportHead['profile']> {
  const digest = run.sha256OrNull('profile_sha256');
  if (digest === null) return null;
  const { name, revision, sha256 } = await storedProfile(reader, digest);
  return { name, revision, sha256 };
}

async function extractsOf(reader: Reader, recon: Row): Promise<ReportHead['extracts']> {
  const ids = z.array(z.string()).parse(recon.json('import_ids'));
  const rows = await reader.rows(
    `SELECT i.file_name, i.file_sha256, i.rows, i.totals, r.mapping_sha256, m.name AS mapping
     FROM ledger_import i
     LEFT JOIN ledger_reading r ON r.import_id = i.import_id
     LEFT JOIN mapping m ON m.sha256 = r.mapping_sha256
     WHERE i.import_id IN (SELECT unnest(from_json(?::JSON, '["VARCHAR"]'))) ORDER BY i.file_name, i.seq`,
    [JSON.stringify(ids)],
  );
  return rows.map((row) => ({
    file: row.text('file_name'),
    sha256: row.text('file_sha256'),
    rows: row.int('rows'),
    totals: totals.parse(row.json('totals')),
    mapping: row.textOrNull('mapping'),
    mapping_sha256: row.textOrNull('mapping_sha256'),
  }));
}

async function counts(
  reader: Reader,
  sql: string,
  bound: readonly (string | number)[],
  of: string,
): Promise<Record<string, number>> {
  const rows = await reader.rows(sql, bound);
  return Object.fromEntries(rows.map((row) => [row.text(of), row.int('n')]));
}

async function signOff(reader: Reader, month: Month): Promise<ReportHead['sign_off']> {
  const rows = await reader.rows('SELECT * FROM close_event WHERE month = ? ORDER BY seq', [month]);
  return {
    state: rows.at(-1)?.text('act') ?? 'open',
    acts: rows.map((row) => ({
      seq: row.int('seq'),
      act: row.text('act'),
      at: row.text('occurred_at'),
      actor: row.text('actor'),
      login: row.text('login'),
      reason: row.textOrNull('reason'),
      binding_sha256: row.textOrNull('binding_sha256'),
    })),
  };
}

/** The rule set as it is kept under its hash; null where it is not there. */
async function rulesOf(digest: Sha256, evidence: Evidence | null): Promise<unknown> {
  if (digest === rulesSha256(DEFAULT_RULES)) return DEFAULT_RULES;
  const bytes = await evidence?.get(digest);
  return bytes && sha256(bytes) === digest ? JSON.parse(Buffer.from(bytes).toString('latin1')) : null;
}

/** @throws TieoutError `nothing-to-do` where the month was not reconciled. */
export async function reportHead(
  reader: Reader,
  month: Month,
  evidence: Evidence | null,
): Promise<ReportHead> {
  const recon = await newestRecon(reader, month);
  const reconId = recon.text('recon_id');
  const until = await readUntil(reader, recon);
  const [run, source] = await sourceOf(reader, recon);
  const etrm: Totals = totals.parse(recon.json('etrm_total'));
  const ledger: Totals = totals.parse(recon.json('ledger_total'));
  return {
    month,
    recon_id: reconId,
    reconciled_at: recon.text('reconciled_at'),
    preparer: recon.text('actor'),
    app_version: run.text('app_version'),
    source,
    profile: await profileOf(reader, run),
    extracts: await extractsOf(reader, recon),
    matched: recon.int('matched'),
    breaks: recon.int('breaks'),
    pending: recon.int('pending'),
    suggested: recon.intOrNull('suggested') ?? 0,
    by_category: z.record(z.string(), z.number()).parse(recon.json('by_category')),
    break_states: await counts(reader, BREAK_STATE_COUNTS, [reconId, until.seq], 'state'),
    findings: { ...(await countFindings(reader, source.run_id)).by_code },
    etrm_total: etrm,
    ledger_total: ledger,
    pending_total: totals.parse(recon.json('pending_total')),
    waterfall: await reportWaterfall(reader, reconId),
    rules_sha256: recon.text('rules_sha256'),
    rules: await rulesOf(recon.sha256('rules_sha256'), evidence),
    recon_sha256: recon.text('recon_sha256'),
    audit_head: { seq: recon.int('seq'), sha256: recon.text('audit_sha256') },
    read_until: until,
    sign_off: await signOff(reader, month),
  };
}
