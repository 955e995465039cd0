/** What a signature is of: every input and result of the month by its hash, and whether any has moved since. */
import { z } from 'zod';
import { BREAK_STATES } from '../../shared/breaks.ts';
import type { Binding, BoundExtract, BoundRun, MovedPart } from '../../shared/close.ts';
import { breakTableSql } from '../breaks/break-table.ts';
import { AUDIT_ROOT } from '../workspace/audit-chain.ts';
import type { Row } from '../workspace/row.ts';
import type { Reader } from '../workspace/transaction.ts';
import { currentSettings } from './settings.ts';

const bound = z.object({
  month: z.string(),
  recon_id: z.string(),
  recon_sha256: z.string(),
  rules_sha256: z.string(),
  runs: z.array(
    z.object({
      resource: z.string(),
      run_id: z.string(),
      run_sha256: z.string(),
      profile_sha256: z.string().nullable(),
    }),
  ),
  extracts: z.array(
    z.object({
      import_id: z.string(),
      file_name: z.string(),
      file_sha256: z.string(),
      mapping_sha256: z.string().nullable(),
    }),
  ),
  pins_sha256: z.string(),
  matched: z.int(),
  pending: z.int(),
  breaks: z.record(z.string(), z.int()),
  breaks_sha256: z.string(),
  settings_sha256: z.string(),
  audit_seq: z.int(),
  audit_head: z.string(),
});

/** @throws where the text is no binding. */
export function parseBinding(text: string): Binding {
  return bound.parse(JSON.parse(text));
}

/** The newest reconciliation of a month; null where there is none. */
export function newestRecon(reader: Reader, month: string): Promise<Row | null> {
  return reader.row('SELECT * FROM recon WHERE month = ? ORDER BY seq DESC LIMIT 1', [month]);
}

/** The run, and the runs of trades and curves that it was checked with. */
async function boundRuns(reader: Reader, runId: string): Promise<readonly BoundRun[]> {
  const rows = await reader.rows(
    `SELECT resource, run_id, coalesce(run_sha256, '') AS run_sha256, profile_sha256 FROM run_state
     WHERE run_id = $1 OR run_id IN (SELECT source_id FROM run_pin WHERE run_id = $1)
     ORDER BY resource = 'settlements' DESC, resource, run_id`,
    [runId],
  );
  return rows.map((row) => ({
    resource: row.text('resource'),
    run_id: row.text('run_id'),
    run_sha256: row.text('run_sha256'),
    profile_sha256: row.textOrNull('profile_sha256'),
  }));
}

/** The extracts that a reconciliation read. */
async function boundExtracts(reader: Reader, importIds: string): Promise<readonly BoundExtract[]> {
  const rows = await reader.rows(
    `SELECT i.import_id, i.file_name, i.file_sha256, r.mapping_sha256
     FROM ledger_import i LEFT JOIN ledger_reading r ON r.import_id = i.import_id
     WHERE list_contains(json_extract_string(?::JSON, '$[*]'), i.import_id) ORDER BY i.file_name, i.import_id`,
    [importIds],
  );
  return rows.map((row) => ({
    import_id: row.text('import_id'),
    file_name: row.text('file_name'),
    file_sha256: row.text('file_sha256'),
    mapping_sha256: row.textOrNull('mapping_sha256'),
  }));
}

async function pinsSha256(reader: Reader, runId: string): Promise<string> {
  const row = await reader.row(
    `SELECT sha256(coalesce(string_agg(concat_ws(chr(9), kind, position, source_id, coalesce(curve_id, '-'), sha256,
       coalesce(absolute, '-'), coalesce(percent, '-')) || chr(10), '' ORDER BY kind, position, source_id, curve_id), '')) AS digest
     FROM run_pin WHERE run_id = ?`,
    [runId],
  );
  return row?.text('digest') ?? '';
}

interface BreakStandings {
  readonly counts: Readonly<Record<string, number>>;
  readonly sha256: string;
}

/** Ages are not part of it: what is signed does not grow older. */
async function breakStandings(reader: Reader, month: string): Promise<BreakStandings> {
  const row = await reader.row(
    `WITH t AS (${breakTableSql('run')})
     SELECT sha256(coalesce(string_agg(concat_ws(chr(9), break_id, state, category, currency, difference,
         coalesce(reason, '-'), coalesce(note, '-')) || chr(10), '' ORDER BY break_id), '')) AS digest,
       ${BREAK_STATES.map((state) => `count(*) FILTER (state = '${state}') AS "${state}"`).join(', ')} FROM t`,
    [month, '1970-01-01'],
  );
  return {
    counts: Object.fromEntries(BREAK_STATES.map((state) => [state, row?.int(state) ?? 0])),
    sha256: row?.text('digest') ?? '',
  };
}

/** What the month is now; null where it was never reconciled. */
export async function bindingNow(reader: Reader, month: string): Promise<Binding | null> {
  const recon = await newestRecon(reader, month);
  if (!recon) return null;
  const runId = recon.text('run_id');
  const breaks = await breakStandings(reader, month);
  const { sha256: settings } = await currentSettings(reader);
  const head = await reader.row('SELECT seq, sha256 FROM audit_event ORDER BY seq DESC LIMIT 1');
  return {
    month,
    recon_id: recon.text('recon_id'),
    recon_sha256: recon.text('recon_sha256'),
    rules_sha256: recon.text('rules_sha256'),
    runs: await boundRuns(reader, runId),
    extracts: await boundExtracts(reader, recon.text('import_ids')),
    pins_sha256: await pinsSha256(reader, runId),
    matched: recon.int('matched'),
    pending: recon.int('pending'),
    breaks: breaks.counts,
    breaks_sha256: breaks.sha256,
    settings_sha256: settings,
    audit_seq: head?.int('seq') ?? 0,
    audit_head: head?.text('sha256') ?? AUDIT_ROOT,
  };
}

/** What was signed and is not any more what it was: the hashes as they are in the workspace now. */
export async function movedSince(reader: Reader, signed: Binding): Promise<readonly MovedPart[]> {
  const moved: MovedPart[] = [];
  const hold = (part: string, was: string, now: string): void => {
    if (was !== now) moved.push({ part, signed: was, now });
  };
  const now = await bindingNow(reader, signed.month);
  if (!now) return [{ part: 'reconciliation', signed: signed.recon_sha256, now: 'none' }];
  hold('reconciliation', signed.recon_id, now.recon_id);
  hold('recon_sha256', signed.recon_sha256, now.recon_sha256);
  hold('rules_sha256', signed.rules_sha256, now.rules_sha256);
  hold('pins_sha256', signed.pins_sha256, now.pins_sha256);
  hold('breaks_sha256', signed.breaks_sha256, now.breaks_sha256);
  for (const run of signed.runs) {
    const same = await reader.row('SELECT run_sha256, profile_sha256 FROM run_state WHERE run_id = ?', [
      run.run_id,
    ]);
    hold(`run ${run.run_id}`, run.run_sha256, same?.textOrNull('run_sha256') ?? 'none');
    hold(
      `profile of run ${run.run_id}`,
      run.profile_sha256 ?? 'built in',
      same?.textOrNull('profile_sha256') ?? 'built in',
    );
  }
  const current = await reader.rows(
    'SELECT import_id, file_name, file_sha256 FROM ledger_import_current WHERE month = ? ORDER BY file_name, import_id',
    [signed.month],
  );
  const names = (list: readonly { readonly name: string; readonly digest: string }[]): string =>
    list.map(({ name, digest }) => `${name} ${digest}`).join(', ');
  hold(
    'extracts',
    names(signed.extracts.map(({ file_name, file_sha256 }) => ({ name: file_name, digest: file_sha256 }))),
    names(current.map((row) => ({ name: row.text('file_name'), digest: row.text('file_sha256') }))),
  );
  for (const { import_id: id, file_name: file, mapping_sha256: was } of signed.extracts) {
    const mapping = now.extracts.find((extract) => extract.import_id === id)?.mapping_sha256 ?? null;
    hold(`mapping of ${file}`, was ?? 'none', mapping ?? 'none');
  }
  const head = await reader.row('SELECT sha256 FROM audit_event WHERE seq = ?', [signed.audit_seq]);
  if (signed.audit_seq > 0)
    hold(`audit event ${signed.audit_seq}`, signed.audit_head, head?.text('sha256') ?? 'none');
  return moved;
}
