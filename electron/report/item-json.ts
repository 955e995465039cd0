/** Compared items as JSON text, rendered by the engine: one string a row instead of forty values. */
import { instantText } from '../workspace/stored-types.ts';

function side(alias: 'e' | 'l', name: 'etrm' | 'ledger'): string {
  const fields: readonly (readonly [string, string])[] = [
    ['rows', `i.${name}_rows`],
    ['version', `${alias}.version`],
    ['status', `${alias}.status`],
    ['counterparty', `${alias}.counterparty`],
    ['direction', `${alias}.direction`],
    ['delivery_start', instantText(`${alias}.delivery_start`)],
    ['delivery_end', instantText(`${alias}.delivery_end`)],
    ['volume', `i.${name}_volume`],
    ['volume_uom', `${alias}.volume_uom`],
    ['price', `${alias}.price_text`],
    ['price_uom', `${alias}.price_uom`],
    ['amount', `i.${name}_amount`],
    ['currency', `${alias}.currency`],
  ];
  const pairs = fields.map(([field, value]) => `'${field}', ${value}`).join(', ');
  return `CASE WHEN i.${name}_rows = 0 THEN NULL ELSE json_object(${pairs}) END`;
}

/** One column, `item`, over `i`, `e` and `l` of an item. */
export const ITEM_JSON = `json_object(
    'settlement_id', i.settlement_id,
    'trade_id', coalesce(e.trade_id, l.trade_id),
    'location', coalesce(e.location, l.location),
    'charge_type', coalesce(e.charge_type, l.charge_type),
    'timezone', coalesce(e.timezone, l.timezone),
    'state', i.state,
    'category', i.category,
    'break_id', i.break_id,
    'difference', i.difference,
    'differing', i.differing::JSON,
    'etrm', ${side('e', 'etrm')},
    'ledger', ${side('l', 'ledger')})::VARCHAR AS item`;
