/**
 * The hash of a curve's snapshot: SHA-256 over UTF-8 lines, each a compact JSON array followed by a newline. The first
 * is `["tieout-curve-1", curve_id, as_of]`; then each point, `[delivery_start, delivery_end, price, price_uom,
 * currency]`, in the order of start, end and the line's own bytes. Times are RFC 3339 in UTC; the price is a string in
 * shortest plain form, so that 31.50 and 31.5 are one price; control characters are left out of texts, because JSON
 * writers differ in how they escape them (docs/curves.md has a verifier).
 */
import { instantText } from '../workspace/stored-types.ts';

/** The digits as sent, without the zeros that say nothing. */
const PRICE = `CASE WHEN contains(price_text, '.') THEN rtrim(rtrim(price_text, '0'), '.') ELSE price_text END`;

function plain(column: string): string {
  return `regexp_replace(${column}, '[\\x00-\\x1f]', '', 'g')`;
}

const LINE = `to_json([${instantText('delivery_start')}, ${instantText('delivery_end')}, ${PRICE}, ${plain('price_uom')}, ${plain('currency')}])::VARCHAR`;

/** The order of a snapshot's points. */
export const POINT_ORDER = `delivery_start, delivery_end, ${LINE}`;

/** Aggregate over the rows of `curve_point` that make one snapshot; grouped by `curve_id` and `as_of`. */
const SNAPSHOT_SHA256 = `sha256(
    to_json(['tieout-curve-1', ${plain('curve_id')}, ${instantText('as_of')}])::VARCHAR || chr(10) ||
    string_agg(${LINE} || chr(10), '' ORDER BY ${POINT_ORDER}))`;

/** Snapshots as the stored points make them. @param where condition on `curve_point`. */
export function snapshotsOf(where: string): string {
  return `SELECT run_id AS source_id, curve_id, as_of, count(*) AS points, min(delivery_start) AS delivery_start,
      max(delivery_end) AS delivery_end, ${SNAPSHOT_SHA256} AS sha256
    FROM curve_point WHERE ${where} GROUP BY run_id, curve_id, as_of`;
}
