import { describe, expect, it } from 'vitest';
import { SETTLEMENT_FIELDS } from '../../../shared/settlement.ts';
import { GOOD, recordJson, typedRecord } from './sample-record.ts';

const OPTIONAL = [
  'legal_entity',
  'agreement',
  'invoice_no',
  'gl_account',
  'curve_id',
  'due_date',
  'updated_at',
  'price_type',
  'market',
  'market_label',
];
const DEFAULTED = ['deal_leg', 'charge_type'];
const REQUIRED = SETTLEMENT_FIELDS.filter((field) => !OPTIONAL.includes(field) && !DEFAULTED.includes(field));

/** Field and code of every reason, in order. */
function reasons(json: string): readonly string[] {
  const { typed } = typedRecord(json);
  return typed.ok ? [] : typed.reasons.map(({ field, code }) => `${field} ${code}`);
}

describe('a settlement record', () => {
  it('that is refused is named as the database can keep it, half of a surrogate pair too', () => {
    const { typed } = typedRecord(recordJson({ settlement_id: '"S-\\ud83d"' }));
    expect(typed).toMatchObject({ ok: false, id: 'S-\ufffd' });
  });

  it('is typed field by field, with digits and instants as they were sent', () => {
    expect(typedRecord(recordJson())).toEqual({
      drift: [],
      typed: {
        ok: true,
        settlement: {
          settlement_id: 'S-1',
          version: '1',
          trade_id: 'T-1',
          deal_leg: '2',
          counterparty: 'ACME Energy',
          legal_entity: 'Tie Power LLC',
          agreement: 'EEI-7',
          invoice_no: 'INV-9',
          gl_account: '500100',
          commodity: 'POWER',
          charge_type: 'ENERGY',
          direction: 'BUY',
          delivery_start: '1709269200000000',
          delivery_end: '1709272800000000',
          timezone: 'America/New_York',
          location: 'PJM-RTO',
          volume: '50',
          volume_uom: 'MWH',
          price: '28.348916',
          price_uom: 'USD/MWH',
          amount: '-1417.44580',
          currency: 'USD',
          status: 'FINAL',
          curve_id: 'PJM-DA',
          due_date: '2024-04-20',
          updated_at: '1712045730500000',
          price_type: null,
          market: null,
          market_label: null,
        },
      },
    });
  });

  it('may have decimals as numeric strings and enumerations in any case', () => {
    const json = recordJson({
      volume: '"50.0"',
      price: '"2.8348916E1"',
      amount: '"-1417.44580"',
      commodity: '"power"',
      direction: '"Buy"',
      volume_uom: '"mwh"',
      status: '"final"',
      currency: '"usd"',
    });
    expect(typedRecord(json).typed).toMatchObject({
      ok: true,
      settlement: {
        volume: '50.0',
        price: '28.348916',
        amount: '-1417.44580',
        commodity: 'POWER',
        direction: 'BUY',
        volume_uom: 'MWH',
        status: 'FINAL',
        currency: 'USD',
      },
    });
  });

  it('takes the last of a member that is sent twice, as Python does', () => {
    const json = recordJson().replace('{', '{"amount":1,');
    expect(typedRecord(json).typed).toMatchObject({ ok: true, settlement: { amount: '-1417.44580' } });
  });

  it.each(DEFAULTED)('has a default where %s is absent or null, and a reason where it is wrong', (field) => {
    for (const sent of [undefined, 'null']) {
      const { typed, drift } = typedRecord(recordJson({ [field]: sent }));
      expect(typed).toMatchObject({ ok: true, settlement: { deal_leg: field === 'deal_leg' ? '0' : '2' } });
      expect(typed).toMatchObject({ ok: true, settlement: { charge_type: 'ENERGY' } });
      expect(drift).toEqual([]);
    }
    expect(reasons(recordJson({ [field]: 'true' }))).toEqual([`${field} type`]);
  });

  it.each(OPTIONAL)('is accepted without %s', (field) => {
    for (const sent of [undefined, 'null']) {
      const { typed, drift } = typedRecord(recordJson({ [field]: sent }));
      expect(typed).toMatchObject({ ok: true, settlement: { [field]: null } });
      expect(drift).toEqual([]);
    }
  });

  it.each(OPTIONAL)('is accepted with an ill-typed %s, which is drift', (field) => {
    const { typed, drift } = typedRecord(recordJson({ [field]: '[1,2]' }));
    expect(typed).toMatchObject({ ok: true, settlement: { [field]: null } });
    expect(drift).toEqual([expect.objectContaining({ field, kind: 'type', seen: '[1,2]' })]);
  });

  it('takes a blank optional text for an absent one', () => {
    const { typed, drift } = typedRecord(recordJson({ agreement: '" "', invoice_no: '""' }));
    expect(typed).toMatchObject({ ok: true, settlement: { agreement: null, invoice_no: null } });
    expect(drift).toEqual([]);
  });

  it('may have fields that are not known: they drift and are not refused', () => {
    const { typed, drift } = typedRecord(recordJson({ desk: '"East"', risk: '{"var":12.50}', Amount: '5' }));
    expect(typed.ok).toBe(true);
    expect(drift).toEqual([
      { field: 'desk', kind: 'added', expected: 'unknown', seen: '"East"' },
      { field: 'risk', kind: 'added', expected: 'unknown', seen: '{"var":12.50}' },
      { field: 'Amount', kind: 'added', expected: 'unknown', seen: '5' },
    ]);
  });

  it.each(REQUIRED)('is a dead letter without %s', (field) => {
    const absent = typedRecord(recordJson({ [field]: undefined }));
    expect(absent.typed).toMatchObject({ ok: false, reasons: [{ field, code: 'missing' }] });
    expect(absent.drift).toEqual([expect.objectContaining({ field, kind: 'missing' })]);
    expect(reasons(recordJson({ [field]: 'null' }))).toEqual([`${field} null`]);
    expect(typedRecord(recordJson({ [field]: '{}' })).typed).toMatchObject({
      ok: false,
      reasons: [{ field }],
    });
  });

  it.each([
    ['settlement_id', '" "', 'empty'],
    ['settlement_id', '7', 'type'],
    ['counterparty', '"\\ud83d"', 'type'],
    ['version', '0', 'range'],
    ['version', '1.0', 'type'],
    ['version', '"1"', 'type'],
    ['version', 'true', 'type'],
    ['deal_leg', '-1', 'range'],
    ['commodity', '"OIL"', 'enumeration'],
    ['direction', '"B"', 'enumeration'],
    ['volume', '-1', 'range'],
    ['volume', 'NaN', 'decimal'],
    ['price', '"n/a"', 'decimal'],
    ['amount', `${'1'.repeat(39)}`, 'digits'],
    ['amount', '{"value":1}', 'type'],
    ['volume_uom', '"KWH"', 'enumeration'],
    ['currency', '"XQQ"', 'currency'],
    ['status', '"OPEN"', 'enumeration'],
    ['timezone', '"EDT"', 'zone'],
    ['delivery_start', '"2024-03-10 02:30"', 'timestamp'],
    ['delivery_end', '"2024-03-01T05:00:00Z"', 'window'],
    ['delivery_end', '"2024-03-01T04:59:59.999999Z"', 'window'],
  ])('is a dead letter where %s is %s', (field, sent, code) => {
    expect(reasons(recordJson({ [field]: sent }))).toEqual([`${field} ${code}`]);
  });

  it('compares its window by instant, not by text', () => {
    const json = recordJson({
      delivery_start: '"2024-11-03T01:00:00-04:00"',
      delivery_end: '"2024-11-03T01:00:00-05:00"',
    });
    expect(typedRecord(json).typed).toMatchObject({
      ok: true,
      settlement: { delivery_start: '1730610000000000', delivery_end: '1730613600000000' },
    });
  });

  it('is refused with every reason at once, each naming its field and what was sent', () => {
    const json = recordJson({
      version: '0',
      trade_id: 'null',
      counterparty: '""',
      direction: '"LEND"',
      delivery_start: '"yesterday"',
      timezone: '"Mars/Olympus"',
      location: undefined,
      volume: '-5',
      price: '"abc"',
      amount: 'false',
      currency: '"$"',
      status: '3',
      due_date: '"soon"',
    });
    const { typed, drift } = typedRecord(json);
    expect(typed).toMatchObject({ ok: false, id: 'S-1' });
    expect(reasons(json)).toEqual([
      'version range',
      'trade_id null',
      'counterparty empty',
      'direction enumeration',
      'delivery_start timestamp',
      'timezone zone',
      'location missing',
      'volume range',
      'price decimal',
      'amount type',
      'currency currency',
      'status type',
    ]);
    const messages = typed.ok ? [] : typed.reasons.map(({ message }) => message);
    expect(messages).toContain('price is "abc", not a decimal');
    expect(messages).toContain('location is missing');
    expect(drift).toContainEqual({ field: 'due_date', kind: 'type', expected: 'YYYY-MM-DD', seen: '"soon"' });
  });

  it('has no window to speak of where one of its ends is wrong already', () => {
    expect(reasons(recordJson({ delivery_start: '"x"', delivery_end: '"1999-01-01T00:00:00Z"' }))).toEqual([
      'delivery_start timestamp',
    ]);
  });

  it('is named by its id only where that is a text', () => {
    expect(typedRecord(recordJson({ settlement_id: '17', price: 'null' })).typed).toMatchObject({
      id: null,
    });
  });

  it('is refused with a reason for each required field where it is empty', () => {
    expect(reasons('{}')).toEqual(REQUIRED.map((field) => `${field} missing`));
  });

  it('covers every field of the design', () => {
    expect(Object.keys(GOOD).sort()).toEqual([...SETTLEMENT_FIELDS].sort());
  });
});
