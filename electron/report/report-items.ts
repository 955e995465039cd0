/** The compared items of a reconciliation, a stretch of positions at a time: sorting a million rows at once needs memory. */
import { PARTED, unpackedCell } from '../workbook/packed-row.ts';
import { instantText, storedDecimalSql } from '../workspace/stored-types.ts';
import type { StreamReader } from '../workspace/transaction.ts';

/** A column of an item, as each format shows it. */
interface ItemColumn {
  readonly name: string;
  readonly title: string;
  readonly kind: 'text' | 'decimal' | 'integer' | 'instant';
  /** Over `i` (the item), `e` (the settlement shown for it) and `l` (the posting). */
  readonly sql: string;
  /** Text of vendor or ledger: anything may be in it. */
  readonly foreign?: boolean;
  readonly width?: number;
  readonly decimals?: number;
}

function side(alias: 'e' | 'l', name: 'etrm' | 'ledger', word: string): readonly ItemColumn[] {
  const there = (sql: string): string => `CASE WHEN i.${name}_rows > 0 THEN ${sql} END`;
  return [
    { name: `${name}_rows`, title: `${word} rows`, kind: 'integer', sql: `nullif(i.${name}_rows, 0)` },
    { name: `${name}_version`, title: `${word} version`, kind: 'integer', sql: there(`${alias}.version`) },
    {
      name: `${name}_status`,
      title: `${word} status`,
      kind: 'text',
      width: 11,
      sql: there(`${alias}.status`),
    },
    {
      name: `${name}_counterparty`,
      title: `${word} counterparty`,
      kind: 'text',
      width: 26,
      foreign: true,
      sql: `${alias}.counterparty`,
    },
    {
      name: `${name}_direction`,
      title: `${word} direction`,
      kind: 'text',
      width: 10,
      sql: there(`${alias}.direction`),
    },
    {
      name: `${name}_delivery_start`,
      title: `${word} delivery start (UTC)`,
      kind: 'instant',
      sql: there(`(${instantText(`${alias}.delivery_start`)})`),
    },
    {
      name: `${name}_delivery_end`,
      title: `${word} delivery end (UTC)`,
      kind: 'instant',
      sql: there(`(${instantText(`${alias}.delivery_end`)})`),
    },
    {
      name: `${name}_volume`,
      title: `${word} volume`,
      kind: 'decimal',
      decimals: 3,
      sql: there(`i.${name}_volume`),
    },
    {
      name: `${name}_volume_uom`,
      title: `${word} unit`,
      kind: 'text',
      width: 9,
      sql: there(`${alias}.volume_uom`),
    },
    { name: `${name}_price`, title: `${word} price`, kind: 'decimal', sql: there(`${alias}.price_text`) },
    {
      name: `${name}_price_uom`,
      title: `${word} price unit`,
      kind: 'text',
      width: 12,
      foreign: true,
      sql: `${alias}.price_uom`,
    },
    { name: `${name}_amount`, title: `${word} amount`, kind: 'decimal', sql: there(`i.${name}_amount`) },
    {
      name: `${name}_currency`,
      title: `${word} currency`,
      kind: 'text',
      width: 9,
      sql: there(`${alias}.currency`),
    },
  ];
}

export const ITEM_COLUMNS: readonly ItemColumn[] = [
  {
    name: 'settlement_id',
    title: 'Settlement',
    kind: 'text',
    width: 22,
    foreign: true,
    sql: 'i.settlement_id',
  },
  {
    name: 'trade_id',
    title: 'Trade',
    kind: 'text',
    width: 16,
    foreign: true,
    sql: 'coalesce(e.trade_id, l.trade_id)',
  },
  {
    name: 'location',
    title: 'Location',
    kind: 'text',
    foreign: true,
    sql: 'coalesce(e.location, l.location)',
  },
  {
    name: 'charge_type',
    title: 'Charge type',
    kind: 'text',
    width: 12,
    foreign: true,
    sql: 'coalesce(e.charge_type, l.charge_type)',
  },
  { name: 'state', title: 'State', kind: 'text', width: 10, sql: 'i.state' },
  { name: 'category', title: 'Category', kind: 'text', width: 20, sql: 'i.category' },
  { name: 'break_id', title: 'Break', kind: 'text', width: 20, sql: 'i.break_id' },
  { name: 'difference', title: 'Difference (ledger less ETRM)', kind: 'decimal', sql: 'i.difference' },
  {
    name: 'differing',
    title: 'Differing fields',
    kind: 'text',
    width: 22,
    sql: `CASE WHEN i.differing = '[]' THEN '' ELSE array_to_string(json_extract_string(i.differing::JSON, '$[*]'), ' ') END`,
  },
  ...side('e', 'etrm', 'ETRM'),
  ...side('l', 'ledger', 'Ledger'),
  {
    name: 'evidence',
    title: 'Judged with',
    kind: 'text',
    width: 40,
    foreign: true,
    sql: 'i.evidence',
  },
];

/** The texts of an item, in the order of `ITEM_COLUMNS`, and then its time zone; null where there is none. */
export type ItemCells = readonly (string | null)[];

/** A row is fetched as one text (`workbook/packed-row.ts`), because thirty-five values a row cost more than the query. */
function cellText(sql: string, foreign: boolean): string {
  const text = `(${sql})::VARCHAR`;
  const kept = `replace(replace(${text}, chr(30), chr(30) || '0'), chr(31), chr(30) || '1')`;
  return `coalesce(${foreign ? kept : text}, chr(30))`;
}

const CELLS = [
  ...ITEM_COLUMNS.map(({ sql, foreign = false }) => cellText(sql, foreign)),
  cellText('coalesce(e.timezone, l.timezone)', true),
].join(', ');

function cellsOf(packed: string): ItemCells {
  return packed.split(PARTED).map(unpackedCell);
}

/** Columns of an item that a plain match does not keep: its settlement and its posting say them. */
const JUDGED = `position, state, category, break_id, settlement_id, etrm_page, etrm_idx, etrm_rows, etrm_volume, etrm_amount,
  import_id, ledger_line, ledger_rows, ledger_volume, ledger_amount, difference, differing, evidence`;

/** What is shown of a settlement or of a posting beside what an item says itself: one value, so that `e.version` reads of it. */
const SHOWN = [
  ...['trade_id', 'location', 'charge_type', 'timezone', 'version', 'status', 'counterparty', 'direction'],
  ...['delivery_start', 'delivery_end', 'volume_uom', 'price_text', 'price_uom', 'currency'],
];

function shownOf(alias: 'e' | 'l'): string {
  return `struct_pack(${SHOWN.map((name) => `${name} := ${alias}.${name}`).join(', ')}) AS ${alias}`;
}

/** Unpacking the DECIMAL beside a text takes longer than all else of a row; it is needed where the texts differ. */
const DIFFERENCE = `CASE WHEN NOT plain THEN k.difference WHEN l.amount_text = e.amount_text THEN '0'
    ELSE rtrim(rtrim(((${storedDecimalSql('l.amount_text')})::DECIMAL(38,12)
      - (${storedDecimalSql('e.amount_text')})::DECIMAL(38,12))::VARCHAR, '0'), '.') END`;

/**
 * $1: recon id, $2: its run, $3 and $4: the first position and the last. The same as the view `recon_item`
 * says, a stretch of it: each side is joined once, and nothing of it is kept but what is shown.
 */
function source(among: string): string {
  return `
  WITH kept AS MATERIALIZED (
    SELECT false AS plain, ${JUDGED} FROM recon_judged WHERE recon_id = $1 AND position BETWEEN $3 AND $4
    UNION ALL BY NAME
    SELECT true AS plain, position, 'matched' AS state, etrm_page, etrm_idx, 1 AS etrm_rows, import_id, ledger_line,
      1 AS ledger_rows, '[]' AS differing
    FROM recon_plain WHERE recon_id = $1 AND position BETWEEN $3 AND $4),
  i AS (
    SELECT k.* REPLACE (
      CASE WHEN plain THEN e.settlement_id ELSE k.settlement_id END AS settlement_id,
      CASE WHEN plain THEN e.volume_text ELSE k.etrm_volume END AS etrm_volume,
      CASE WHEN plain THEN e.amount_text ELSE k.etrm_amount END AS etrm_amount,
      CASE WHEN plain THEN l.volume_text ELSE k.ledger_volume END AS ledger_volume,
      CASE WHEN plain THEN l.amount_text ELSE k.ledger_amount END AS ledger_amount,
      ${DIFFERENCE} AS difference), ${shownOf('e')}, ${shownOf('l')}
    FROM (SELECT * FROM kept ${among}) k
    LEFT JOIN (SELECT * FROM settlement WHERE run_id = $2) e ON e.page = k.etrm_page AND e.idx = k.etrm_idx
    LEFT JOIN ledger_row l ON l.import_id = k.import_id AND l.line = k.ledger_line)`;
}

/** Items that are read at once: enough that looking them up does not count, few enough that they fit in memory. */
const STRETCH = 32_768;

/** $1: recon id; the states after it. Where each stretch of the chosen items begins, and where the last one ends. */
function stretches(among: string): string {
  return `
  SELECT min(position)::VARCHAR AS first, max(position)::VARCHAR AS last FROM (
    SELECT position, (row_number() OVER (ORDER BY position) - 1) // ${STRETCH} AS stretch FROM (
      SELECT position, state FROM recon_judged WHERE recon_id = $1
      UNION ALL SELECT position, 'matched' FROM recon_plain WHERE recon_id = $1) ${among})
  GROUP BY stretch ORDER BY stretch`;
}

/** Whose items are read. */
interface ItemsOf {
  readonly recon_id: string;
  readonly run_id: string;
}

/** In the order of the comparison, packed; a last cell has the time zone. @param states null: every item. */
export async function* packedItems(
  reader: StreamReader,
  { recon_id, run_id }: ItemsOf,
  states: readonly string[] | null,
): AsyncGenerator<string> {
  if (states?.length === 0) return;
  const among = (from: number): string =>
    states === null ? '' : `WHERE state IN (${states.map((_, at) => `$${at + from}`).join(', ')})`;
  const sql = `${source(among(5))} SELECT concat_ws(chr(31), ${CELLS}) AS cells FROM i ORDER BY i.position`;
  for (const stretch of await reader.rows(stretches(among(2)), [recon_id, ...(states ?? [])])) {
    const [first, last] = [BigInt(stretch.text('first')), BigInt(stretch.text('last'))];
    const bound = [recon_id, run_id, first, last, ...(states ?? [])];
    for await (const rows of reader.stream(sql, bound)) for (const row of rows) yield row.text('cells');
  }
}

/** The same, each cell by itself. */
export async function* itemRows(
  reader: StreamReader,
  of: ItemsOf,
  states: readonly string[] | null,
): AsyncGenerator<ItemCells> {
  for await (const packed of packedItems(reader, of, states)) yield cellsOf(packed);
}
