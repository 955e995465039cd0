/** Settlements and postings of one key, as the judge sees them. */
import { type Judgement, judge } from '../../../electron/recon/judge.ts';
import { DEFAULT_RULES } from '../../../electron/recon/rules.ts';
import type { EtrmSide, LedgerSide } from '../../../electron/recon/sides.ts';
import { decimal } from '../../../shared/decimal.ts';

const SHARED = {
  settlement_id: 'S-1',
  version: 1,
  trade_id: 'T-1',
  deal_leg: 0,
  counterparty: 'ACME Energy',
  legal_entity: 'Tie Power LLC',
  agreement: 'EEI-7',
  charge_type: 'ENERGY',
  direction: 'BUY',
  delivery_start: '2024-03-01T05:00:00Z',
  delivery_end: '2024-03-01T06:00:00Z',
  timezone: 'America/New_York',
  location: 'PJM-RTO',
  volume: decimal('50'),
  volume_uom: 'MWH',
  price: decimal('20.5'),
  price_uom: 'USD/MWH',
  amount: decimal('-1025'),
  currency: 'USD',
  status: 'FINAL',
} as const;

export function settlement(changes: Partial<EtrmSide> = {}): EtrmSide {
  return { ...SHARED, page: 1, index: 0, ...changes };
}

let lines = 1;

/** A posting of its own: no other has its line and its print. */
export function posting(changes: Partial<LedgerSide> = {}): LedgerSide {
  lines += 1;
  return { ...SHARED, status: null, import_id: 'I-1', line: lines, print: `line ${lines}`, ...changes };
}

/** What the default rules say of one key. */
export function judged(etrm: readonly EtrmSide[], ledger: readonly LedgerSide[]): Judgement {
  return judge({ key: 'iS-1', etrm, ledger }, DEFAULT_RULES);
}

/** State, category and the fields that differ: `break PRICE price amount`. */
export function verdict(etrm: readonly EtrmSide[], ledger: readonly LedgerSide[]): string {
  const { state, category, differences } = judged(etrm, ledger);
  return [state, category ?? '', ...differences.map(({ field }) => field)]
    .filter((word) => word !== '')
    .join(' ');
}
