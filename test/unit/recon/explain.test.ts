import { describe, expect, it } from 'vitest';
import { explain } from '../../../electron/recon/explain.ts';
import type { EtrmSide, LedgerSide } from '../../../electron/recon/sides.ts';
import { decimal, subtract, sum } from '../../../shared/decimal.ts';
import { posting, settlement } from './sample-sides.ts';

function explained(etrm: readonly EtrmSide[], ledger: readonly LedgerSide[]) {
  const amount = (rows: readonly { readonly amount: EtrmSide['amount'] }[]) =>
    sum(rows.map((row) => row.amount));
  return explain(etrm, ledger, subtract(amount(ledger), amount(etrm)));
}

describe('a difference is explained', () => {
  it('by the price: volume of the ledger times what the price moved, with the sign of the cash', () => {
    // The PJM hour of 2024-03-06T03:00Z: 50 MWh bought, posted at the price before the restatement.
    const etrm = settlement({ price: decimal('40.164347'), amount: decimal('-2008.21735') });
    const ledger = posting({ price: decimal('28.348916'), amount: decimal('-1417.4458') });
    expect(explained([etrm], [ledger])).toEqual({ volume: '0', price: '590.77155', rounding: '0' });
  });

  it('by the volume: what it moved times the price of the ETRM', () => {
    const ledger = posting({ volume: decimal('48'), amount: decimal('-984') });
    expect(explained([settlement()], [ledger])).toEqual({ volume: '41', price: '0', rounding: '0' });
  });

  it('by both, and by what is left', () => {
    const ledger = posting({ volume: decimal('48'), price: decimal('21'), amount: decimal('-1008.003') });
    expect(explained([settlement()], [ledger])).toEqual({ volume: '41', price: '-24', rounding: '-0.003' });
  });

  it('with the other sign for what was sold', () => {
    const etrm = settlement({ direction: 'SELL', amount: decimal('1025') });
    const ledger = posting({ direction: 'SELL', volume: decimal('48'), amount: decimal('984') });
    expect(explained([etrm], [ledger])).toEqual({ volume: '-41', price: '0', rounding: '0' });
  });

  it('for a negative price, too', () => {
    const etrm = settlement({ price: decimal('-5'), amount: decimal('250') });
    const ledger = posting({ price: decimal('-4'), amount: decimal('200') });
    expect(explained([etrm], [ledger])).toEqual({ volume: '0', price: '-50', rounding: '0' });
  });

  it('over several postings, each at its own price', () => {
    const ledger = [
      posting({ volume: decimal('20'), price: decimal('20.5'), amount: decimal('-410') }),
      posting({ volume: decimal('30'), price: decimal('21.5'), amount: decimal('-645') }),
    ];
    expect(explained([settlement()], ledger)).toEqual({ volume: '0', price: '-30', rounding: '0' });
  });

  it('by the price on the delivered volume where the extract has no volumes', () => {
    const ledger = posting({ volume: null, price: decimal('21'), amount: decimal('-1050') });
    expect(explained([settlement()], [ledger])).toEqual({ volume: '0', price: '-25', rounding: '0' });
  });

  it('as rounding where the ledger has nothing but an amount', () => {
    const ledger = posting({ volume: null, price: null, amount: decimal('-1026') });
    expect(explained([settlement()], [ledger])).toEqual({ volume: '0', price: '0', rounding: '-1' });
  });

  it('wholly by the volume where one side has nothing', () => {
    expect(explained([settlement()], [])).toEqual({ volume: '1025', price: '0', rounding: '0' });
    expect(explained([], [posting()])).toEqual({ volume: '-1025', price: '0', rounding: '0' });
  });

  it('by one price of several settlements, however its digits were sent', () => {
    const one = settlement({ volume: decimal('20'), price: decimal('20.5'), amount: decimal('-410') });
    const two = settlement({
      settlement_id: 'S-2',
      volume: decimal('30'),
      price: decimal('20.50'),
      amount: decimal('-615'),
    });
    const ledger = posting({ volume: decimal('48'), amount: decimal('-984') });
    expect(explained([one, two], [ledger])).toEqual({ volume: '41', price: '0', rounding: '0' });
  });

  it('not at all where the settlements of the key have several prices', () => {
    const one = settlement({ volume: decimal('20'), price: decimal('20.5'), amount: decimal('-410') });
    const two = settlement({
      settlement_id: 'S-2',
      volume: decimal('30'),
      price: decimal('21'),
      amount: decimal('-630'),
    });
    const ledger = posting({ volume: decimal('48'), amount: decimal('-984') });
    expect(explained([one, two], [ledger])).toEqual({ volume: '0', price: '0', rounding: '56' });
  });
});
