import { describe, expect, it } from 'vitest';
import { planByHeaders } from '../../../electron/ledger/column-plan.ts';
import { ledgerTyping } from '../../../electron/ledger/ledger-typing.ts';
import { PLAIN_MARKS } from '../../../electron/ledger/number-form.ts';
import { LEDGER_ONLY_FIELDS } from '../../../shared/ledger.ts';
import { SETTLEMENT_FIELDS } from '../../../shared/settlement.ts';

function header(...names: string[]) {
  return planByHeaders(names, 'extract.csv');
}

/** The row of one line, or its reasons. */
function typed(cells: Readonly<Record<string, string>>) {
  const { type } = ledgerTyping(header(...Object.keys(cells)), PLAIN_MARKS);
  const outcome = type({ line: 2, cells: Object.values(cells), kinds: null });
  return outcome.row ?? outcome.faults.map(({ message }) => message);
}

const LEAST = { settlement_id: 'S-1', amount: '1.50', currency: 'USD' };

describe('the columns of an extract', () => {
  it.each(['delivery_start', 'Delivery Start', 'DELIVERY-START', ' delivery  start ', 'Delivery_Start'])(
    'may be headed %j',
    (name) => {
      expect(header('settlement_id', 'amount', 'currency', name).columns).toContain('delivery_start');
    },
  );

  it('are all those of a settlement, and the ledger’s own', () => {
    const every = [...SETTLEMENT_FIELDS, ...LEDGER_ONLY_FIELDS];
    expect(header(...every).columns).toEqual(every);
    const spoken = every.map((name) => name.replaceAll('_', ' ').toUpperCase());
    expect(header(...spoken).columns).toEqual(every);
  });

  it('may be in any order, with others between them', () => {
    const { columns } = header('Currency', 'Cost centre', 'Settlement ID', '', 'Amount');
    expect(columns).toEqual(['currency', null, 'settlement_id', null, 'amount']);
  });

  it('may stand in for the settlement id: trade, delivery start and location', () => {
    expect(header('trade_id', 'delivery_start', 'location', 'amount', 'currency').fields).toHaveLength(5);
  });

  it.each([
    [['settlement_id', 'currency'], 'amount is missing'],
    [['settlement_id', 'amount'], 'currency is missing'],
    [['amount', 'currency'], 'settlement_id is missing, and so is trade_id, delivery_start, location'],
    [['amount', 'currency', 'trade_id', 'location'], 'settlement_id is missing, and so is delivery_start'],
    [['settlement_id', 'amount', 'currency', 'Amount'], 'amount is there twice'],
    [['Betrag', 'Währung'], 'amount is missing; currency is missing; settlement_id is missing'],
  ])('%j are refused, and every problem is named with the columns there are', (names, problem) => {
    expect(() => header(...names)).toThrow(
      expect.objectContaining({ code: 'ledger-columns', message: expect.stringContaining(problem) }),
    );
    expect(() => header(...names)).toThrow(new RegExp(`Its columns are ${names.join(', ')}`));
  });
});

describe('a row of an extract', () => {
  it('needs its key, an amount and a currency; the rest is empty', () => {
    const row = typed(LEAST);
    expect(row).toMatchObject({
      settlement_id: 'S-1',
      amount: '1.50',
      currency: 'USD',
      volume: null,
      memo: null,
    });
  });

  it('is typed as the vendor’s records are', () => {
    const row = typed({
      ...LEAST,
      version: ' 2 ',
      deal_leg: '0',
      direction: 'sell',
      delivery_start: '2024-03-01T00:00:00-05:00',
      delivery_end: '2024-03-01T06:00:00Z',
      timezone: 'America/New_York',
      volume: '50.00',
      volume_uom: 'mwh',
      price: '2.8348916e1',
      status: 'Final',
      due_date: '2024-04-20',
      posting_date: '2024-04-03',
      period: '2024-03',
      journal_id: 'J-1',
      memo: 'power, March',
    });
    expect(row).toMatchObject({
      version: 2,
      deal_leg: 0,
      direction: 'SELL',
      delivery_start: 1_709_269_200_000_000n,
      delivery_end: 1_709_272_800_000_000n,
      timezone: 'America/New_York',
      volume: '50.00',
      volume_uom: 'MWH',
      price: '28.348916',
      status: 'FINAL',
      due_date: '2024-04-20',
      posting_date: '2024-04-03',
      period: '2024-03',
      journal_id: 'J-1',
      memo: 'power, March',
    });
  });

  it('may post a volume with the other sign, as a reversal does', () => {
    expect(typed({ ...LEAST, volume: '-50' })).toMatchObject({ volume: '-50' });
  });

  it('is refused with every reason at once', () => {
    expect(
      typed({
        settlement_id: '',
        trade_id: 'T-1',
        delivery_start: '1 March',
        location: '',
        amount: '1,234.50',
        currency: '',
        volume: 'fifty',
        direction: 'B',
        period: '2024-13',
        posting_date: '31.03.2024',
        version: 'v2',
      }),
    ).toEqual([
      'version is "v2", not an integer',
      'direction is "B", not one of BUY, SELL',
      'delivery_start is "1 March", not an RFC 3339 time with an offset or Z',
      'volume is "fifty", not a decimal',
      'amount is "1,234.50", not a decimal',
      'posting_date is "31.03.2024", not a date YYYY-MM-DD',
      'period is "2024-13", not YYYY-MM',
      'currency is empty',
      'settlement_id is empty, and so is location that would stand in for it',
    ]);
  });

  it('is refused where it has more or fewer cells than the header', () => {
    const { type } = ledgerTyping(header('settlement_id', 'amount', 'currency'), PLAIN_MARKS);
    for (const cells of [['S-1', '1.50'], ['S-1', '1', '50', 'USD'], ['']]) {
      expect(type({ line: 2, cells, kinds: null })).toMatchObject({
        row: null,
        faults: [{ column: null, message: `has ${cells.length} cells where the header has 3` }],
      });
    }
  });

  it('is taken by its composite key where the settlement id is empty', () => {
    const row = typed({
      settlement_id: ' ',
      trade_id: 'T-1',
      delivery_start: '2024-03-01T05:00:00Z',
      location: 'PJM-RTO',
      amount: '-1',
      currency: 'usd',
    });
    expect(row).toMatchObject({ settlement_id: null, trade_id: 'T-1', currency: 'USD' });
  });
});
