/** The extracts of a month that are in force, as the screen lists them. */
import { z } from 'zod';
import { type Decimal, decimal } from '../../shared/decimal.ts';
import type { ExtractChanges, ExtractView, TotalsCheck } from '../../shared/extracts.ts';
import { storedReading } from '../ledger/stored-reading.ts';
import type { Row } from '../workspace/row.ts';
import type { Reader } from '../workspace/transaction.ts';

const sums = z.record(z.string(), z.string());
const checks = z.array(
  z.object({
    line: z.int(),
    field: z.enum(['amount', 'volume']),
    of: z.string().nullable(),
    said: z.string(),
    summed: z.string(),
    agrees: z.boolean(),
  }),
);

function sumsOf(row: Row, name: string): Readonly<Record<string, Decimal>> {
  if (row.textOrNull(name) === null) return {};
  return Object.fromEntries(
    Object.entries(sums.parse(row.json(name))).map(([of, sum]) => [of, decimal(sum)]),
  );
}

function changesOf(row: Row): ExtractChanges | null {
  const replaces = row.textOrNull('replaces');
  if (replaces === null) return null;
  const count = (name: string): number => row.intOrNull(name) ?? 0;
  return {
    replaces,
    added: count('added'),
    removed: count('removed'),
    changed: count('changed'),
    unchanged: count('unchanged'),
  };
}

function viewOf(row: Row): ExtractView {
  const reading = row.textOrNull('reading');
  const mapping = row.sha256OrNull('mapping_sha256');
  const told: readonly TotalsCheck[] =
    row.textOrNull('checks') === null ? [] : checks.parse(row.json('checks'));
  return {
    importId: row.text('import_id'),
    file: row.text('file_name'),
    sha256: row.sha256('file_sha256'),
    bytes: row.int('bytes'),
    importedAt: row.text('imported_at'),
    actor: row.text('actor'),
    totals: { rows: row.int('rows'), amounts: sumsOf(row, 'totals'), volumes: sumsOf(row, 'volumes') },
    reading: reading === null ? null : storedReading(reading),
    mapping:
      mapping === null ? null : { name: row.text('mapping'), revision: row.int('revision'), sha256: mapping },
    checks: told,
    changes: changesOf(row),
  };
}

export async function listExtracts(reader: Reader, month: string): Promise<readonly ExtractView[]> {
  const rows = await reader.rows(
    `SELECT i.*, r.mapping_sha256, r.reading, r.volumes, r.checks, r.replaces, r.added, r.removed, r.changed, r.unchanged,
       m.name AS mapping, m.revision
     FROM ledger_import_current i
     LEFT JOIN ledger_reading r ON r.import_id = i.import_id
     LEFT JOIN mapping m ON m.sha256 = r.mapping_sha256
     WHERE i.month = ? ORDER BY i.file_name`,
    [month],
  );
  return rows.map(viewOf);
}
