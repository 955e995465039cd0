/** What goes into a month's pack, in its order: from the workspace alone, so that the same month gives the same bytes. */
import { basename } from 'node:path';
import { z } from 'zod';
import { type Sha256, sha256Of } from '../../shared/digest.ts';
import { TieoutError } from '../../shared/errors.ts';
import { storedProfile } from '../profile/profile-store.ts';
import { seedProfile } from '../profile/seed-profile.ts';
import { DEFAULT_RULES, rulesSha256, rulesText } from '../recon/rules.ts';
import type { ReportData } from '../report/report-data.ts';
import { EVERY_SHEET, planReport } from '../report/report-plan.ts';
import { AUDIT_ROWS, auditEvent } from '../workspace/audit-chain.ts';
import type { Row } from '../workspace/row.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { inOneForm, POSTING_FORM } from './one-form.ts';
import type { PackManifest } from './pack-manifest.ts';
import {
  letterLines,
  pageHashLines,
  pageLines,
  postingLines,
  type ReadRun,
  settlementLines,
} from './pack-records.ts';
import { plainDelimiter, plainRows } from './plain-extract.ts';
import type { Pieces } from './zip-writer.ts';

export interface PackMember {
  readonly name: string;
  readonly pieces: Pieces;
}

/** Evidence under its hash. @throws TieoutError `check-failed` where it is gone or was changed. */
async function evidence(workspace: Workspace, digest: Sha256, what: string): Promise<Uint8Array> {
  const bytes = await workspace.evidence.get(digest);
  if (bytes !== null) return bytes;
  throw new TieoutError(
    'check-failed',
    `The evidence of ${what} (${digest}) is missing or unreadable, so there is no pack to make; run tieout verify, and restore the workspace from a backup.`,
    { sha256: digest },
  );
}

export class PackMembers {
  readonly #workspace: Workspace;
  readonly #data: ReportData;
  readonly #run: ReadRun;
  readonly #signal: AbortSignal;

  constructor(workspace: Workspace, data: ReportData, signal: AbortSignal) {
    this.#workspace = workspace;
    this.#data = data;
    this.#signal = signal;
    const { head } = data;
    this.#run = { runId: head.source.run_id, seq: head.audit_head.seq };
  }

  /** The report in every format, by the planner that exports it. */
  reports(): readonly PackMember[] {
    const main = `tieout-${this.#data.head.month}`;
    return (['json', 'csv', 'xlsx', 'pdf'] as const).flatMap((format) =>
      planReport(this.#data, format, `${main}.${format}`, EVERY_SHEET, this.#signal).map(
        ({ path, pieces }) => ({ name: `report/${basename(path)}`, pieces }),
      ),
    );
  }

  /** Bodies of the pages, as received. @throws TieoutError `check-failed`. */
  async *pages(): AsyncGenerator<PackMember> {
    const rows = await this.#workspace.database.rows(
      'SELECT page, body_sha256 FROM page WHERE run_id = ? ORDER BY page',
      [this.#run.runId],
    );
    for (const row of rows) {
      const page = row.int('page');
      const body = await evidence(this.#workspace, row.sha256('body_sha256'), `page ${page}`);
      yield { name: `pages/${String(page).padStart(6, '0')}.json`, pieces: [body] };
    }
  }

  hashes(): readonly PackMember[] {
    const { database } = this.#workspace;
    return [
      { name: 'hashes/pages.jsonl', pieces: pageLines(database, this.#run) },
      { name: 'hashes/page-hashes.txt', pieces: pageHashLines(database, this.#run) },
      { name: 'records/dead-letters.jsonl', pieces: letterLines(database, this.#run) },
    ];
  }

  /** The profile of the run, and what was read by it where it is not the built-in one. */
  async profile(): Promise<{
    readonly told: PackManifest['profile'];
    readonly sha256: Sha256;
    readonly members: readonly PackMember[];
  }> {
    const { database } = this.#workspace;
    const run = await database.row('SELECT profile_sha256 FROM run WHERE run_id = ?', [this.#run.runId]);
    const seed = seedProfile();
    const digest = run?.sha256OrNull('profile_sha256') ?? seed.sha256;
    const { name, revision, document, shape } = await storedProfile(database, digest);
    const mapped = digest !== seed.sha256;
    const rows = { name: 'records/settlements.jsonl', pieces: settlementLines(database, this.#run) };
    const members = [{ name: 'profile/profile.json', pieces: [document] }, ...(mapped ? [rows] : [])];
    const told = {
      name,
      revision,
      results: shape('settlements').results,
      rows_member: mapped ? rows.name : null,
    };
    return { told, sha256: digest, members };
  }

  /** The extracts that were read, with what was read of those that are not plain. @throws TieoutError `check-failed`. */
  async *extracts(): AsyncGenerator<{
    readonly told: PackManifest['extracts'][number];
    readonly members: readonly PackMember[];
  }> {
    const { database } = this.#workspace;
    const recon = await database.row('SELECT import_ids FROM recon WHERE recon_id = ?', [
      this.#data.head.recon_id,
    ]);
    const ids = z.array(z.string()).parse(recon?.json('import_ids') ?? []);
    for (const [at, id] of ids.entries()) {
      const row = await database.row(
        `SELECT i.*, r.mapping_sha256, m.document FROM ledger_import i LEFT JOIN ledger_reading r USING (import_id)
         LEFT JOIN mapping m ON m.sha256 = r.mapping_sha256 WHERE i.import_id = ?`,
        [id],
      );
      if (!row) throw new TieoutError('internal', `The import ${id} of the reconciliation is not there.`);
      yield await this.#extract(row, id, at + 1);
    }
  }

  async #extract(row: Row, id: string, number: number) {
    const file = row.text('file_name');
    const bytes = await evidence(this.#workspace, row.sha256('file_sha256'), `the extract ${file}`);
    const mapping = row.sha256OrNull('mapping_sha256');
    const delimiter = mapping === null ? plainDelimiter(bytes) : null;
    const plain = delimiter !== null && (await this.#readsPlainly(id, bytes, delimiter));
    const member = `extracts/${number}-${file.replaceAll(/[^A-Za-z0-9._-]/g, '_').slice(-100)}`;
    const rows = {
      name: `records/ledger-${number}.jsonl`,
      pieces: postingLines(this.#workspace.database, id),
    };
    const document = row.textOrNull('document');
    const members: PackMember[] = [{ name: member, pieces: [bytes] }];
    if (!plain) members.push(rows);
    if (document !== null) members.push({ name: `mappings/${number}.json`, pieces: [document] });
    const told = {
      file,
      member,
      import_id: id,
      sha256: row.sha256('file_sha256'),
      rows: row.int('rows'),
      totals: z.record(z.string(), z.string()).parse(row.json('totals')),
      mapping_sha256: mapping,
      delimiter: plain ? delimiter : null,
      rows_member: plain ? null : rows.name,
    };
    return { told, members };
  }

  /** Whether a reader who knows nothing but the names of columns finds the rows that were imported. */
  async #readsPlainly(id: string, bytes: Uint8Array, delimiter: string): Promise<boolean> {
    const kept = postingLines(this.#workspace.database, id);
    try {
      for (const sent of plainRows(bytes, delimiter)) {
        this.#signal.throwIfAborted();
        const next = await kept.next();
        if (next.done) return false;
        const row = inOneForm(JSON.parse(next.value), POSTING_FORM);
        const read = inOneForm(sent, POSTING_FORM);
        if (POSTING_FORM.some((field) => row[field] !== read[field])) return false;
      }
      return (await kept.next()).done === true;
    } catch {
      this.#signal.throwIfAborted();
      return false;
    } finally {
      // Read to its end, for the same reason.
      for await (const _ of kept);
    }
  }

  /** @throws TieoutError `check-failed` where the rules are not kept. */
  async rules(): Promise<PackMember> {
    const digest = sha256Of(this.#data.head.rules_sha256);
    const own = digest === rulesSha256(DEFAULT_RULES);
    const text = own ? rulesText(DEFAULT_RULES) : await evidence(this.#workspace, digest, 'the rule set');
    return { name: 'rules/rules.json', pieces: [text] };
  }

  /** The chain up to the last event that the report tells of. */
  audit(): PackMember {
    const { database } = this.#workspace;
    const last = this.#data.head.read_until.seq;
    async function* lines(): AsyncGenerator<string> {
      // Read to its end: a result that is left early keeps the database open.
      const sql = `SELECT * FROM (${AUDIT_ROWS}) WHERE seq <= ? ORDER BY seq`;
      for await (const rows of database.stream(sql, [last]))
        for (const row of rows) yield `${JSON.stringify(auditEvent(row))}\n`;
    }
    return { name: 'audit/audit.ndjson', pieces: lines() };
  }

  /** Who signed and approved, and what they bound; nothing where nobody did. */
  async signOff(): Promise<readonly PackMember[]> {
    const rows = await this.#workspace.database.rows(
      'SELECT * FROM close_event WHERE month = ? ORDER BY seq',
      [this.#data.head.month],
    );
    if (rows.length === 0) return [];
    const acts = rows.map((row) => ({
      seq: row.int('seq'),
      act: row.text('act'),
      at: row.text('occurred_at'),
      actor: row.text('actor'),
      login: row.text('login'),
      reason: row.textOrNull('reason'),
      binding_sha256: row.textOrNull('binding_sha256'),
      binding: row.textOrNull('binding') === null ? null : row.json('binding'),
    }));
    return [{ name: 'sign-off/sign-off.json', pieces: [`${JSON.stringify({ acts }, null, 2)}\n`] }];
  }

  /** What analysts decided of matches, as the reconciliation knew it. */
  async decisions(): Promise<number> {
    const row = await this.#workspace.database.row(
      'SELECT count(*) AS n FROM match_decision WHERE month = ? AND seq <= ?',
      [this.#data.head.month, this.#run.seq],
    );
    return row?.int('n') ?? 0;
  }
}
