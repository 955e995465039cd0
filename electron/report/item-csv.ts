/** Cells of CSV, rendered by the engine: one string a record instead of thirty values. */

/** A cell of RFC 4180; null is empty. @param value SQL. */
export function cell(value: string): string {
  const text = `(${value})::VARCHAR`;
  return `CASE WHEN ${text} IS NULL THEN '' WHEN regexp_matches(${text}, '[",\\r\\n]|^\\s|\\s$')
    THEN '"' || replace(${text}, '"', '""') || '"' ELSE ${text} END`;
}

/** Text from vendor or ledger that a spreadsheet would take for a formula gets an apostrophe, as `safeText` has it. */
export function safe(value: string): string {
  return cell(
    `CASE WHEN regexp_matches(${value}, '^[=+\\-@\\t\\r]') THEN '''' || (${value}) ELSE ${value} END`,
  );
}
