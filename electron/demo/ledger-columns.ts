import type { LedgerRow } from '../../shared/ledger.ts';

/** The columns of the sample ledger: field and header, which differs from the field in case and spaces only. */
export const SAMPLE_LEDGER_COLUMNS = [
  { field: 'journal_id', header: 'Journal ID' },
  { field: 'posting_date', header: 'Posting Date' },
  { field: 'period', header: 'Period' },
  { field: 'settlement_id', header: 'Settlement ID' },
  { field: 'version', header: 'Version' },
  { field: 'trade_id', header: 'TRADE_ID' },
  { field: 'deal_leg', header: 'deal_leg' },
  { field: 'counterparty', header: 'Counterparty' },
  { field: 'legal_entity', header: 'legal entity' },
  { field: 'gl_account', header: 'GL Account' },
  { field: 'commodity', header: 'commodity' },
  { field: 'charge_type', header: 'Charge Type' },
  { field: 'direction', header: 'direction' },
  { field: 'delivery_start', header: 'Delivery Start' },
  { field: 'delivery_end', header: 'Delivery End' },
  { field: 'timezone', header: 'timezone' },
  { field: 'location', header: 'LOCATION' },
  { field: 'volume', header: 'Volume' },
  { field: 'volume_uom', header: 'volume_uom' },
  { field: 'price', header: 'price' },
  { field: 'price_uom', header: 'Price UOM' },
  { field: 'amount', header: 'Amount' },
  { field: 'currency', header: 'CURRENCY' },
  { field: 'status', header: 'status' },
  { field: 'memo', header: 'memo' },
] as const satisfies readonly { readonly field: keyof LedgerRow; readonly header: string }[];

export type SampleLedgerField = (typeof SAMPLE_LEDGER_COLUMNS)[number]['field'];
