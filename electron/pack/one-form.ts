/**
 * A record or a posting as it was sent, in one form, so that both sides of a key can be held together: trimmed, codes in
 * capitals, times as instants, decimals as text. Only what the typing of the default record takes for good comes here.
 */
import { LEDGER_ONLY_FIELDS } from '../../shared/ledger.ts';
import { SETTLEMENT_FIELDS } from '../../shared/settlement.ts';

/** A field is null where the side does not have it. */
export type FormedRow = Readonly<Record<string, string | number | null>>;

/** Of a settlement, what the default rules read. */
export const SETTLEMENT_FORM: readonly string[] = SETTLEMENT_FIELDS.filter(
  (field) => field !== 'curve_id' && field !== 'due_date' && field !== 'updated_at',
);
export const POSTING_FORM: readonly string[] = [...SETTLEMENT_FIELDS, ...LEDGER_ONLY_FIELDS];

const WHOLE = new Set(['version', 'deal_leg']);
export const DECIMAL_FIELDS: ReadonlySet<string> = new Set(['volume', 'price', 'amount']);
const TIMES = new Set(['delivery_start', 'delivery_end', 'updated_at']);
const CODES = new Set(['commodity', 'direction', 'volume_uom', 'currency', 'status']);

const INSTANT = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d)(:\d\d)?(?:\.(\d+))?([Zz]|[+-]\d\d:\d\d)$/;

/** UTC, to the microsecond. @throws RangeError where the text is no instant. */
function instant(text: string): string {
  const parts = INSTANT.exec(text);
  const [, day, minute, second = ':00', fraction = '', zone = ''] = parts ?? [];
  const ms = Date.parse(`${day}T${minute}${second}${zone.toUpperCase()}`);
  if (Number.isNaN(ms)) throw new RangeError(`${text} is no instant`);
  return `${new Date(ms).toISOString().slice(0, 19)}.${fraction.slice(0, 6).padEnd(6, '0')}`;
}

/** The hours of a month are few, its rows are many. */
const instants = new Map<string, string>();
const MOST_INSTANTS = 20_000;

function knownInstant(text: string): string {
  const known = instants.get(text);
  if (known !== undefined) return known;
  const found = instant(text);
  if (instants.size >= MOST_INSTANTS) instants.clear();
  instants.set(text, found);
  return found;
}

type Shape = 'text' | 'code' | 'time' | 'whole' | 'decimal';

function shapeOf(field: string): Shape {
  if (TIMES.has(field)) return 'time';
  if (WHOLE.has(field)) return 'whole';
  if (CODES.has(field)) return 'code';
  return DECIMAL_FIELDS.has(field) ? 'decimal' : 'text';
}

const SHAPES: ReadonlyMap<string, Shape> = new Map(POSTING_FORM.map((field) => [field, shapeOf(field)]));

/**
 * @param sent numbers as their digits. @param absent what a field is where it was not sent.
 * @throws RangeError where a time is none.
 */
export function inOneForm(
  sent: Readonly<Record<string, unknown>>,
  fields: readonly string[],
  absent: Readonly<Record<string, string | number>> = {},
): FormedRow {
  const row: Record<string, string | number | null> = {};
  for (const field of fields) {
    const value = sent[field];
    const shape = SHAPES.get(field) ?? 'text';
    const numeric = shape === 'whole' || shape === 'decimal';
    const text =
      typeof value === 'string'
        ? value.trim()
        : numeric && value !== null && value !== undefined
          ? String(value).trim()
          : '';
    if (text === '') row[field] = absent[field] ?? null;
    else if (shape === 'time') row[field] = knownInstant(text);
    else if (shape === 'whole') row[field] = Number(text);
    else row[field] = shape === 'code' ? text.toUpperCase() : text;
  }
  return row;
}
