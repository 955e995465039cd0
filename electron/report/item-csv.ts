/** Compared items as CSV records, rendered by the engine: one string a row instead of forty values. */
import { instantText } from '../workspace/stored-types.ts';

/** A cell of RFC 4180; null is empty. @param value SQL. */
export function cell(value: string): string {
  const text = `(${value})::VARCHAR`;
  return `CASE WHEN ${text} IS NULL THEN '' WHEN regexp_matches(${text}, '[",\\r\\n]|^\\s|\\s$')
    THEN '"' || replace(${text}, '"', '""') || '"' ELSE ${text} END`;
}

/** Text from vendor or ledger that a spreadsheet would take for a formula gets an apostrophe, as `safeText` has it. */
export function safe(value: string): string {
  return cell(
    `CASE WHEN regexp_matches(${value}, '^[=+\\-@\\t\\r]') THEN '''' || ${value} ELSE ${value} END`,
  );
}

interface Column {
  readonly name: string;
  readonly sql: string;
}

function side(alias: 'e' | 'l', name: 'etrm' | 'ledger'): readonly Column[] {
  const there = (sql: string): string => cell(`CASE WHEN i.${name}_rows > 0 THEN (${sql}) END`);
  return [
    { name: `${name}_rows`, sql: cell(`nullif(i.${name}_rows, 0)`) },
    { name: `${name}_version`, sql: there(`${alias}.version::VARCHAR`) },
    { name: `${name}_status`, sql: there(`${alias}.status`) },
    { name: `${name}_counterparty`, sql: safe(`${alias}.counterparty`) },
    { name: `${name}_direction`, sql: there(`${alias}.direction`) },
    { name: `${name}_delivery_start`, sql: there(instantText(`${alias}.delivery_start`)) },
    { name: `${name}_delivery_end`, sql: there(instantText(`${alias}.delivery_end`)) },
    { name: `${name}_volume`, sql: there(`i.${name}_volume`) },
    { name: `${name}_volume_uom`, sql: there(`${alias}.volume_uom`) },
    { name: `${name}_price`, sql: there(`${alias}.price_text`) },
    { name: `${name}_price_uom`, sql: safe(`${alias}.price_uom`) },
    { name: `${name}_amount`, sql: there(`i.${name}_amount`) },
    { name: `${name}_currency`, sql: there(`${alias}.currency`) },
  ];
}

const COLUMNS: readonly Column[] = [
  { name: 'settlement_id', sql: safe('i.settlement_id') },
  { name: 'trade_id', sql: safe('coalesce(e.trade_id, l.trade_id)') },
  { name: 'location', sql: safe('coalesce(e.location, l.location)') },
  { name: 'charge_type', sql: safe('coalesce(e.charge_type, l.charge_type)') },
  { name: 'state', sql: cell('i.state') },
  { name: 'category', sql: cell('i.category') },
  { name: 'break_id', sql: cell('i.break_id') },
  { name: 'difference', sql: cell('i.difference') },
  { name: 'differing', sql: cell(`array_to_string(json_extract_string(i.differing::JSON, '$[*]'), ' ')`) },
  ...side('e', 'etrm'),
  ...side('l', 'ledger'),
];

export const ITEM_CSV_HEADER: readonly string[] = COLUMNS.map(({ name }) => name);

/** Bound: recon id. One column, `line`, without its line end, in the order of the comparison. */
export const ITEM_CSV = `
  SELECT ${COLUMNS.map(({ sql }) => sql).join(" || ',' || ")} AS line
  FROM recon_item i
  JOIN recon r ON r.recon_id = i.recon_id
  LEFT JOIN settlement e ON e.run_id = r.run_id AND e.page = i.etrm_page AND e.idx = i.etrm_idx
  LEFT JOIN ledger_row l ON l.import_id = i.import_id AND l.line = i.ledger_line
  WHERE i.recon_id = ?
  ORDER BY i.position`;
