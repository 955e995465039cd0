/** The way from the ETRM total to the ledger total, by currency, in words. */
import type { WaterfallStepName } from '../../shared/recon.ts';
import { monthWaterfall } from '../recon/waterfall.ts';
import type { Reader } from '../workspace/transaction.ts';
import type { ReportHead } from './report-document.ts';

const LABELS: Readonly<Record<WaterfallStepName, string>> = {
  ETRM: 'ETRM total',
  MATCHED: 'Matched within tolerance',
  SUGGESTED: 'Suggested matches',
  PENDING: 'Pending',
  VOID: 'Void settlements, in no total',
  MISSING_IN_LEDGER: 'Missing in ledger',
  MISSING_IN_ETRM: 'Missing in ETRM',
  QUARANTINED: 'Quarantined',
  DUPLICATE: 'Duplicates',
  CURRENCY: 'Booked in another currency',
  DELIVERY_WINDOW: 'Delivery window',
  PERIOD: 'Booked in another period',
  VOLUME: 'Volume effect',
  PRICE: 'Price effect',
  FX: 'FX effect',
  ROUNDING: 'Rounding and amount',
  LEDGER: 'Ledger total',
};

/** First the ETRM total, then what leads to the ledger total: the sum of all. Empty where the reconciliation has none. */
export async function reportWaterfall(reader: Reader, reconId: string): Promise<ReportHead['waterfall']> {
  const waterfall = (await monthWaterfall(reader, reconId)) ?? {};
  return Object.entries(waterfall).flatMap(([currency, steps]) =>
    steps
      .filter(({ step }) => step !== 'LEDGER')
      .map(({ step, amount, items }) => ({ currency, step, label: LABELS[step], amount, count: items })),
  );
}
