/** A page's records, typed one by one: what is accepted, what is a dead letter and why, and what drifted. */
import type { FieldReason, Settlement } from '../../shared/settlement.ts';
import { elementKind, readMembers } from '../etrm/canonical/lexemes.ts';
import type { Drift, SettlementTyping } from './settlement-record.ts';

export interface AcceptedRecord {
  /** Place in the page, from 0. */
  readonly index: number;
  readonly settlement: Settlement;
}

export interface DeadLetter {
  readonly index: number;
  readonly settlementId: string | null;
  readonly reasons: readonly FieldReason[];
  /** The record as received. */
  readonly raw: string;
}

export interface TypedPage {
  readonly accepted: readonly AcceptedRecord[];
  readonly deadLetters: readonly DeadLetter[];
}

/**
 * @param utf8 the page's body. @param spans start and end of each record in it, two numbers a record.
 * @returns every record once, accepted or dead.
 */
export function typePage(
  utf8: Uint8Array,
  spans: Uint32Array,
  typing: SettlementTyping,
  onDrift: (drift: Drift) => void,
): TypedPage {
  const accepted: AcceptedRecord[] = [];
  const deadLetters: DeadLetter[] = [];
  for (let at = 0; at < spans.length; at += 2) {
    const index = at / 2;
    const start = spans[at] ?? 0;
    const end = spans[at + 1] ?? start;
    const kind = elementKind(utf8, start);
    if (kind !== 'object') {
      const reason: FieldReason = {
        field: '',
        code: 'not-an-object',
        message: `the record is ${kind}, not an object`,
      };
      deadLetters.push({ index, settlementId: null, reasons: [reason], raw: rawText(utf8, start, end) });
      continue;
    }
    const typed = typing.type(readMembers(utf8, start, end), onDrift);
    if (typed.ok) {
      accepted.push({ index, settlement: typed.settlement });
    } else {
      const { settlementId, reasons } = typed;
      deadLetters.push({ index, settlementId, reasons, raw: rawText(utf8, start, end) });
    }
  }
  return { accepted, deadLetters };
}

/** The bytes of a span as text. */
export function rawText(utf8: Uint8Array, start: number, end: number): string {
  return Buffer.from(utf8.buffer, utf8.byteOffset + start, end - start).toString('utf8');
}
