import { instantText } from '../workspace/stored-types.ts';

const DECIMALS: ReadonlySet<string> = new Set(['volume', 'price', 'amount']);
const INSTANTS: ReadonlySet<string> = new Set(['delivery_start', 'delivery_end', 'updated_at']);

/** SQL of a settlement's field as text: a decimal's digits as sent, an instant as RFC 3339 with `Z`. */
export function fieldText(field: string, alias: string): string {
  if (DECIMALS.has(field)) return `${alias}.${field}_text`;
  return INSTANTS.has(field) ? instantText(`${alias}.${field}`) : `${alias}.${field}::VARCHAR`;
}
