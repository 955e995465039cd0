import type { SampleSettlement } from './book.ts';
import { noise, pick } from './noise.ts';
import type { Refusal } from './refused.ts';

const STYLE = 500;
const FIGURES = 501;
const EXTRA = 502;

const DESKS = ['East Power', 'West Power', 'Gulf Gas', 'Environmental'] as const;

/** Text that JSON writes as it is: printable ASCII without quotation mark and backslash. */
const AS_IT_IS = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;

/** A JSON string; in every second record a character outside ASCII is written as an escape. */
function text(value: string, escaped: boolean): string {
  if (AS_IT_IS.test(value)) return `"${value}"`;
  const plain = JSON.stringify(value);
  return escaped
    ? plain.replaceAll(
        /[^\x20-\x7e]/g,
        (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
      )
    : plain;
}

/** An optional field's JSON: its text, `null`, or null where it is not sent at all. */
function optional(value: string | null, escaped: boolean, absent: boolean): string | null {
  if (value !== null) return text(value, escaped);
  return absent ? null : 'null';
}

/** One in fifty enumeration values comes in lower case, one in fifty capitalised. */
function enumeration(value: string, draw: number): string {
  if (draw % 50 === 0) return `"${value.toLowerCase()}"`;
  if (draw % 50 === 1) return `"${value.slice(0, 1)}${value.slice(1).toLowerCase()}"`;
  return `"${value}"`;
}

/**
 * One record's JSON text, as the vendor writes it: decimals mostly as numbers, some as numeric strings, now and
 * then with a trailing zero; a minority with fields that Tieout does not know. The text depends on the seed and
 * on the record only.
 * @param record its number, for the style of its text
 * @param refusal writes some fields wrongly
 */
export function settlementJson(
  settlement: SampleSettlement,
  seed: number,
  record: number,
  refusal?: Refusal,
): string {
  const style = noise(seed, STYLE, record);
  const figures = noise(seed, FIGURES, record);
  const extra = noise(seed, EXTRA, record);
  const escaped = style % 2 === 1;
  const absent = (style & 2) === 0;
  const figure = (value: string, bits: number): string => {
    const digits = bits % 16 === 3 && value.includes('.') ? `${value}0` : value;
    return bits % 4 === 0 ? `"${digits}"` : digits;
  };
  let json = '';
  const put = (name: string, value: string | null): void => {
    const written = refusal && name in refusal.fields ? (refusal.fields[name] ?? null) : value;
    if (written !== null) json += `${json === '' ? '{' : ','}"${name}":${written}`;
  };
  const s = settlement;
  put('settlement_id', `"${s.settlement_id}"`);
  put('version', String(s.version));
  put('trade_id', `"${s.trade_id}"`);
  put('deal_leg', s.deal_leg === 0 && style % 9 === 0 ? null : String(s.deal_leg));
  put('counterparty', text(s.counterparty, escaped));
  put('legal_entity', optional(s.legal_entity, escaped, absent));
  put('agreement', optional(s.agreement, escaped, absent));
  put('invoice_no', optional(s.invoice_no, escaped, absent));
  put('gl_account', optional(s.gl_account, escaped, absent));
  put('commodity', enumeration(s.commodity, style >>> 3));
  put('charge_type', s.charge_type === 'ENERGY' && style % 10 === 4 ? null : `"${s.charge_type}"`);
  put('direction', enumeration(s.direction, style >>> 5));
  put('delivery_start', `"${s.delivery_start}"`);
  put('delivery_end', `"${s.delivery_end}"`);
  put('timezone', `"${s.timezone}"`);
  put('location', text(s.location, escaped));
  put('volume', figure(s.volume, figures));
  put('volume_uom', enumeration(s.volume_uom, style >>> 7));
  put('price', figure(s.price, figures >>> 4));
  put('price_uom', `"${s.price_uom}"`);
  put('amount', figure(s.amount, figures >>> 8));
  put('currency', `"${s.currency}"`);
  put('status', enumeration(s.status, style >>> 9));
  put('curve_id', optional(s.curve_id, escaped, absent));
  put('due_date', optional(s.due_date, escaped, absent));
  put('updated_at', optional(s.updated_at, escaped, absent));
  if (extra % 12 === 0) put('desk', `"${pick(DESKS, extra >>> 4)}"`);
  if (extra % 50 === 1) {
    put('nested', `{"book":"EP-${extra % 7}","tags":["rt","firm"],"risk":{"var":12.50,"limit":null}}`);
  }
  return `${json}}`;
}
