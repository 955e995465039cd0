/** Pages of settlements that nothing is wrong with. */

function settlement(id: string): Record<string, unknown> {
  return {
    settlement_id: id,
    version: 1,
    trade_id: `T-${id}`,
    counterparty: 'Müller Energie',
    commodity: 'POWER',
    direction: 'BUY',
    delivery_start: '2024-03-01T05:00:00Z',
    delivery_end: '2024-03-01T06:00:00Z',
    timezone: 'UTC',
    location: 'WEST',
    volume: '10',
    volume_uom: 'MWH',
    price: '20.5',
    price_uom: 'USD/MWH',
    amount: '205.00',
    currency: 'USD',
    status: 'FINAL',
  };
}

export interface PageBody {
  readonly results: readonly unknown[];
  readonly next_page: boolean;
}

/** Two records a page; the last of `pages` says so. */
export function pageBody(page: number, pages: number): PageBody {
  return {
    results: [settlement(`S-${page}-1`), settlement(`S-${page}-2`)],
    next_page: page < pages,
  };
}
