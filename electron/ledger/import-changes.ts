/**
 * What an extract changed against the one that it replaces: postings are told apart by their settlement id, else by trade,
 * leg, delivery start, location and charge; several of one key are compared together.
 */
import { type Decimal, normalise } from '../../shared/decimal.ts';
import type { ExtractChangeKind, ExtractChangeRow, ExtractChanges } from '../../shared/extracts.ts';
import { LEDGER_ONLY_FIELDS } from '../../shared/ledger.ts';
import { SETTLEMENT_FIELDS } from '../../shared/settlement.ts';
import type { Reader } from '../workspace/transaction.ts';

const DECIMALS: ReadonlySet<string> = new Set(['volume', 'price', 'amount']);

/** Decimals by their digits: 1.50 that became 1.5 is the same amount, but no longer the same posting. */
const COLUMNS = [...SETTLEMENT_FIELDS, ...LEDGER_ONLY_FIELDS].map((field) =>
  DECIMALS.has(field) ? `${field}_text` : field,
);

const KEY = `CASE WHEN settlement_id IS NOT NULL THEN settlement_id
  ELSE concat_ws(' / ', trade_id, coalesce(deal_leg, 0)::VARCHAR, strftime(delivery_start, '%Y-%m-%dT%H:%M:%SZ'), location, coalesce(charge_type, 'ENERGY')) END`;

const SIDES = `WITH before AS (
    SELECT settlement_id IS NOT NULL AS by_id, ${KEY} AS key, count(*) AS n, sum(hash(${COLUMNS.join(', ')})::HUGEINT) AS digest,
      min(line) AS line, sum(amount)::VARCHAR AS amount, min(currency) AS currency
    FROM ledger_row WHERE import_id = ? GROUP BY ALL),
  after AS (
    SELECT settlement_id IS NOT NULL AS by_id, ${KEY} AS key, count(*) AS n, sum(hash(${COLUMNS.join(', ')})::HUGEINT) AS digest,
      min(line) AS line, sum(amount)::VARCHAR AS amount, min(currency) AS currency
    FROM ledger_row WHERE import_id = ? GROUP BY ALL),
  compared AS (
    SELECT CASE WHEN b.key IS NULL THEN 'added' WHEN a.key IS NULL THEN 'removed'
        WHEN a.n <> b.n OR a.digest <> b.digest THEN 'changed' ELSE 'same' END AS kind,
      coalesce(a.key, b.key) AS key, coalesce(a.by_id, b.by_id) AS by_id, b.line AS line_before, a.line AS line_after, b.n AS rows_before, a.n AS rows_after,
      b.amount AS amount_before, a.amount AS amount_after, coalesce(a.currency, b.currency) AS currency
    FROM before b FULL JOIN after a ON a.key = b.key AND a.by_id = b.by_id)`;

/** @param before the import that is replaced. */
export async function changesOf(reader: Reader, before: string, after: string): Promise<ExtractChanges> {
  const rows = await reader.rows(`${SIDES} SELECT kind, count(*) AS n FROM compared GROUP BY ALL`, [
    before,
    after,
  ]);
  const counted = (kind: string): number => rows.find((row) => row.text('kind') === kind)?.int('n') ?? 0;
  return {
    replaces: before,
    added: counted('added'),
    removed: counted('removed'),
    changed: counted('changed'),
    unchanged: counted('same'),
  };
}

/** How many postings, or groups of them under one key, an import has. */
export async function keysOf(reader: Reader, importId: string): Promise<number> {
  const row = await reader.row(
    `SELECT count(*) AS n FROM (SELECT DISTINCT settlement_id IS NOT NULL, ${KEY} FROM ledger_row WHERE import_id = ?)`,
    [importId],
  );
  return row?.int('n') ?? 0;
}

const FIELD_TEXTS = [...SETTLEMENT_FIELDS, ...LEDGER_ONLY_FIELDS]
  .map((field) => {
    const column = DECIMALS.has(field) ? `${field}_text` : field;
    const text = (side: string): string =>
      /^(?:delivery_start|delivery_end|updated_at)$/.test(field)
        ? `strftime(${side}.${column}, '%Y-%m-%dT%H:%M:%SZ')`
        : `${side}.${column}::VARCHAR`;
    return `CASE WHEN o.${column} IS DISTINCT FROM n.${column} THEN {'field': '${field}', 'before': ${text('o')}, 'after': ${text('n')}} END`;
  })
  .join(', ');

interface WindowAsked {
  readonly before: string;
  readonly after: string;
  readonly kind: ExtractChangeKind | null;
  readonly offset: number;
  readonly limit: number;
}

function shortest(amount: Decimal | null): string | null {
  return amount === null ? null : normalise(amount);
}

/** Postings that are not as they were, by kind and key. */
export async function changeRows(
  reader: Reader,
  { before, after, kind, offset, limit }: WindowAsked,
): Promise<{ readonly total: number; readonly rows: readonly ExtractChangeRow[] }> {
  const filter = `kind <> 'same' AND (?::VARCHAR IS NULL OR kind = ?)`;
  const counted = await reader.row(`${SIDES} SELECT count(*) AS n FROM compared WHERE ${filter}`, [
    before,
    after,
    kind,
    kind,
  ]);
  const rows = await reader.rows(
    `${SIDES}, page AS (SELECT * FROM compared WHERE ${filter} ORDER BY kind, key, by_id LIMIT ? OFFSET ?)
     SELECT p.*, to_json(list_filter([${FIELD_TEXTS}], x -> x IS NOT NULL))::VARCHAR AS fields
     FROM page p
     LEFT JOIN ledger_row o ON p.kind = 'changed' AND p.rows_before = 1 AND p.rows_after = 1 AND o.import_id = ? AND o.line = p.line_before
     LEFT JOIN ledger_row n ON p.kind = 'changed' AND p.rows_before = 1 AND p.rows_after = 1 AND n.import_id = ? AND n.line = p.line_after
     ORDER BY p.kind, p.key, p.by_id`,
    [before, after, kind, kind, limit, offset, before, after],
  );
  return {
    total: counted?.int('n') ?? 0,
    rows: rows.map((row) => ({
      kind: row.text('kind') as ExtractChangeKind,
      key: row.text('key'),
      line_before: row.intOrNull('line_before'),
      line_after: row.intOrNull('line_after'),
      amount_before: shortest(row.decimalOrNull('amount_before')),
      amount_after: shortest(row.decimalOrNull('amount_after')),
      currency: row.textOrNull('currency'),
      fields: row.json('fields') as ExtractChangeRow['fields'],
    })),
  };
}
