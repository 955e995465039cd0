/** A record that a client must refuse: which fields are written wrongly, as JSON text; null leaves the field out. */
export interface Refusal {
  readonly why: string;
  readonly fields: Readonly<Record<string, string | null>>;
}

/** In serving order; each is otherwise a sound record with an id of its own. */
export const REFUSALS: readonly Refusal[] = [
  { why: 'settlement_id is missing', fields: { settlement_id: null } },
  { why: 'amount is not a number', fields: { amount: '"abc"' } },
  { why: 'delivery_end is before delivery_start', fields: { delivery_end: '"1999-12-31T23:00:00Z"' } },
  { why: 'version is below 1', fields: { version: '0' } },
  { why: 'status is unknown', fields: { status: '"SETTLED?"' } },
  { why: 'currency is no ISO 4217 code', fields: { currency: '"usd1"' } },
  { why: 'price is null', fields: { price: 'null' } },
];
