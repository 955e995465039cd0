/** Strict typing of one settlement record: the typed record, or every reason why it is a dead letter. */
import { ZERO } from '../../shared/decimal.ts';
import {
  COMMODITIES,
  DIRECTIONS,
  type FieldReason,
  SETTLEMENT_FIELDS,
  type Settlement,
  STATUSES,
  VOLUME_UNITS,
} from '../../shared/settlement.ts';
import {
  currency,
  day,
  decimalValue,
  type FieldReader,
  instant,
  integer,
  oneOf,
  type Sent,
  shown,
  text,
  unsignedDecimal,
  zoneReader,
} from './field-types.ts';

/** Schema drift seen in one record. */
export interface Drift {
  readonly field: string;
  readonly kind: 'added' | 'missing' | 'type';
  readonly expected: string;
  readonly seen: string;
}

export type Typed =
  | { readonly ok: true; readonly settlement: Settlement }
  | { readonly ok: false; readonly settlementId: string | null; readonly reasons: readonly FieldReason[] };

export interface SettlementTyping {
  /** @param members of the record, last duplicate won. @param onDrift told of each unknown or ill-typed optional field. */
  type(members: ReadonlyMap<string, Sent>, onDrift: (drift: Drift) => void): Typed;
}

const KNOWN: ReadonlySet<string> = new Set(SETTLEMENT_FIELDS);

/** Gathers values and reasons of one record. */
class RecordReading {
  readonly reasons: FieldReason[] = [];
  readonly #members: ReadonlyMap<string, Sent>;
  readonly #onDrift: (drift: Drift) => void;

  constructor(members: ReadonlyMap<string, Sent>, onDrift: (drift: Drift) => void) {
    this.#members = members;
    this.#onDrift = onDrift;
  }

  /** A missing, null or ill-typed required field is a reason. */
  required<Value>(field: string, reader: FieldReader<Value>, instead: Value): Value {
    const sent = this.#members.get(field);
    if (sent === undefined) {
      this.#refuse(field, 'missing', 'is missing');
      this.#onDrift({ field, kind: 'missing', expected: 'required', seen: 'absent' });
      return instead;
    }
    if (sent.kind === 'null') {
      this.#refuse(field, 'null', 'is null');
      return instead;
    }
    const read = reader(sent);
    if (read.ok) return read.value;
    this.#refuse(field, read.refusal.code, read.refusal.message);
    return instead;
  }

  /** Absent or null is the default; ill-typed is a reason, because the default would be a guess. */
  defaulted<Value>(field: string, reader: FieldReader<Value>, byDefault: Value): Value {
    const sent = this.#members.get(field);
    if (sent === undefined || sent.kind === 'null') return byDefault;
    const read = reader(sent);
    if (read.ok) return read.value;
    this.#refuse(field, read.refusal.code, read.refusal.message);
    return byDefault;
  }

  /** Absent, null or blank is null; ill-typed is null too, and reported as drift. */
  optional<Value>(field: string, reader: FieldReader<Value>, expected: string): Value | null {
    const sent = this.#members.get(field);
    if (sent === undefined || sent.kind === 'null') return null;
    const read = reader(sent);
    if (read.ok) return read.value;
    if (read.refusal.code !== 'empty') this.#onDrift({ field, kind: 'type', expected, seen: shown(sent) });
    return null;
  }

  #refuse(field: string, code: FieldReason['code'], message: string): void {
    this.reasons.push({ field, code, message: `${field} ${message}` });
  }

  window(start: bigint, end: bigint): void {
    if (this.reasons.some(({ field }) => field === 'delivery_start' || field === 'delivery_end')) return;
    if (end <= start) this.#refuse('delivery_end', 'window', 'is not after delivery_start');
  }
}

/** @returns a typing that keeps what it learnt about zones. */
export function settlementTyping(): SettlementTyping {
  const version = integer(1, 'json');
  const leg = integer(0, 'json');
  const commodity = oneOf(COMMODITIES);
  const direction = oneOf(DIRECTIONS);
  const unit = oneOf(VOLUME_UNITS);
  const status = oneOf(STATUSES);
  const zone = zoneReader();

  return {
    type(members, onDrift) {
      const record = new RecordReading(members, onDrift);
      for (const [field, sent] of members) {
        if (!KNOWN.has(field)) onDrift({ field, kind: 'added', expected: 'unknown', seen: shown(sent) });
      }
      const settlement: Settlement = {
        settlement_id: record.required('settlement_id', text, ''),
        version: record.required('version', version, 1),
        trade_id: record.required('trade_id', text, ''),
        deal_leg: record.defaulted('deal_leg', leg, 0),
        counterparty: record.required('counterparty', text, ''),
        legal_entity: record.optional('legal_entity', text, 'string'),
        agreement: record.optional('agreement', text, 'string'),
        invoice_no: record.optional('invoice_no', text, 'string'),
        gl_account: record.optional('gl_account', text, 'string'),
        commodity: record.required('commodity', commodity, 'OTHER'),
        charge_type: record.defaulted('charge_type', text, 'ENERGY'),
        direction: record.required('direction', direction, 'BUY'),
        delivery_start: record.required('delivery_start', instant, 0n),
        delivery_end: record.required('delivery_end', instant, 0n),
        timezone: record.required('timezone', zone, 'UTC'),
        location: record.required('location', text, ''),
        volume: record.required('volume', unsignedDecimal, ZERO),
        volume_uom: record.required('volume_uom', unit, 'MWH'),
        price: record.required('price', decimalValue, ZERO),
        price_uom: record.required('price_uom', text, ''),
        amount: record.required('amount', decimalValue, ZERO),
        currency: record.required('currency', currency, ''),
        status: record.required('status', status, 'VOID'),
        curve_id: record.optional('curve_id', text, 'string'),
        due_date: record.optional('due_date', day, 'YYYY-MM-DD'),
        updated_at: record.optional('updated_at', instant, 'RFC 3339'),
      };
      record.window(settlement.delivery_start, settlement.delivery_end);
      if (record.reasons.length === 0) return { ok: true, settlement };
      const id = members.get('settlement_id');
      return { ok: false, settlementId: id?.kind === 'string' ? id.value : null, reasons: record.reasons };
    },
  };
}
