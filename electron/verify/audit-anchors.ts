/**
 * The audit chain against what else tells of it: a chain whose end was cut off is whole in itself, but the tables name
 * events that are gone, and manifests, reports and earlier exports bear heads that it does not have.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { TieoutError } from '../../shared/errors.ts';
import type { AuditFault } from '../workspace/audit-chain.ts';
import type { Database } from '../workspace/database.ts';
import { sha256 } from '../workspace/evidence.ts';

/** A head that was told elsewhere. */
interface KnownHead {
  readonly where: string;
  /** Null where only the hash was told. */
  readonly seq: number | null;
  readonly sha256: string;
}

const head = z.object({ seq: z.int().min(1), sha256: z.string().regex(/^[0-9a-f]{64}$/) });
const manifest = z.object({ hashes: z.object({ audit_head: head }) });
const report = z.object({ audit_head: head });

function headIn(text: string): z.infer<typeof head> | null {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return null;
  }
  const found =
    manifest.safeParse(document).data?.hashes.audit_head ??
    report.safeParse(document).data?.audit_head ??
    head.safeParse(document).data;
  return found ?? null;
}

/**
 * The head that a file bears: a report's manifest, a JSON report, or the last line of an export of the chain.
 * @throws TieoutError `file-not-found`; `file-unreadable` where it bears none.
 */
async function headOf(path: string): Promise<KnownHead> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new TieoutError(
      'file-not-found',
      `${path} cannot be read; name a manifest, a JSON report or an export of the chain.`,
      { path },
      { cause: error },
    );
  }
  const found = headIn(text) ?? headIn(text.trimEnd().split('\n').at(-1) ?? '');
  if (found) return { where: path, ...found };
  throw new TieoutError(
    'file-unreadable',
    `${path} bears no head of an audit chain; name a manifest, a JSON report or an export of the chain.`,
    { path },
  );
}

/** What the workspace and its exported manifests say that the chain has. */
async function headsKnown(database: Database): Promise<readonly KnownHead[]> {
  const heads: KnownHead[] = [];
  const verified = await database.rows('SELECT seq, audit_head FROM verification ORDER BY seq');
  for (const row of verified) {
    heads.push({
      where: `the verification of event ${row.int('seq')}`,
      seq: null,
      sha256: row.text('audit_head'),
    });
  }
  const exported = await database.rows(
    `SELECT path, sha256 FROM report WHERE path LIKE '%.manifest.json'
     QUALIFY row_number() OVER (PARTITION BY path ORDER BY seq DESC) = 1 ORDER BY path`,
  );
  for (const row of exported) {
    const path = row.text('path');
    if (!existsSync(path)) continue;
    const text = await readFile(path);
    // One that was changed, or is of another workspace by now, says nothing of this chain.
    if (sha256(text) !== row.text('sha256')) continue;
    const found = headIn(text.toString('utf8'));
    if (found) heads.push({ where: path, ...found });
  }
  return heads;
}

/** The highest event that a table names, where the chain ends before it. */
async function cutOff(database: Database, last: number): Promise<AuditFault | null> {
  const tables = await database.rows(
    `SELECT t.table_name FROM duckdb_tables() t JOIN duckdb_columns() c USING (database_oid, schema_oid, table_oid)
     WHERE NOT t.internal AND t.database_name = current_database() AND NOT t.temporary AND c.column_name = 'seq' AND t.table_name <> 'audit_event'
     ORDER BY t.table_name`,
  );
  const named = tables.map((row) => row.text('table_name'));
  const row = await database.row(
    `SELECT named, seq FROM (
       ${named.map((table) => `SELECT '${table}' AS named, max(seq) AS seq FROM "${table}"`).join(' UNION ALL ')})
     WHERE seq > ? ORDER BY seq DESC, named LIMIT 1`,
    [last],
  );
  if (!row) return null;
  return {
    seq: last + 1,
    problem: 'tail',
    expected: `event ${row.int('seq')}, which the table ${row.text('named')} names`,
    found: `event ${last} as the last`,
  };
}

async function notHad(database: Database, known: KnownHead, last: number): Promise<AuditFault | null> {
  if (known.sha256 === '0'.repeat(64)) return null;
  const row = await database.row(
    'SELECT seq FROM audit_event WHERE sha256 = ? AND (?::BIGINT IS NULL OR seq = ?)',
    [known.sha256, known.seq, known.seq],
  );
  if (row) return null;
  const seq = known.seq === null || known.seq > last ? last + 1 : known.seq;
  const other =
    known.seq === null
      ? null
      : await database.row('SELECT sha256 FROM audit_event WHERE seq = ?', [known.seq]);
  return {
    seq,
    problem: 'head',
    expected: `the head ${known.sha256} of ${known.where}`,
    found: other === null ? 'no such event' : other.text('sha256'),
  };
}

export interface AnchorsAsked {
  /** SHA-256 of a head that the chain must have. */
  readonly head: string | null;
  /** Files that bear one. */
  readonly files: readonly string[];
}

export const NOTHING_ASKED: AnchorsAsked = { head: null, files: [] };

/**
 * The first thing that says the chain was another. It is asked after the chain was walked and is whole in itself.
 * @param last number of the last event.
 * @throws TieoutError `file-not-found`, `file-unreadable`.
 */
export async function anchorFault(
  database: Database,
  last: number,
  asked: AnchorsAsked,
): Promise<AuditFault | null> {
  const files: KnownHead[] = [];
  for (const path of asked.files) files.push(await headOf(path));
  const given = asked.head === null ? [] : [{ where: 'what was asked for', seq: null, sha256: asked.head }];
  const faults = [await cutOff(database, last)];
  for (const known of [...(await headsKnown(database)), ...given, ...files]) {
    faults.push(await notHad(database, known, last));
  }
  const found = faults.filter((fault) => fault !== null);
  return found.toSorted((a, b) => a.seq - b.seq)[0] ?? null;
}
