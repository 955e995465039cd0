/** What a faulty vendor says wrongly of trades and curves, and what must be found of it. */
import { add, decimal } from '../../shared/decimal.ts';
import type { FindingCode } from '../../shared/findings.ts';
import type { SampleBook } from './book.ts';
import { otherCounterparty, type Position } from './positions.ts';

/** One trade that does not say what its settlements say. */
interface TradePlant {
  readonly ordinal: number;
  readonly code: FindingCode;
  /** Members of the trade's record that are written otherwise. */
  readonly members: (position: Position) => Readonly<Record<string, string>>;
  /** Settlements that differ from it, by their window. */
  readonly differs: (window: number, windows: number) => boolean;
}

const always = (): boolean => true;

/** The first positions of the book, which settle once a month, and the first gas position, which settles once a day. */
export const TRADE_PLANTS: readonly TradePlant[] = [
  {
    ordinal: 0,
    code: 'TRADE_COUNTERPARTY',
    members: ({ counterparty }) => ({ counterparty: otherCounterparty(counterparty) }),
    differs: always,
  },
  {
    ordinal: 1,
    code: 'TRADE_DIRECTION',
    members: ({ direction }) => ({ direction: direction === 'BUY' ? 'SELL' : 'BUY' }),
    differs: always,
  },
  { ordinal: 2, code: 'TRADE_CURRENCY', members: () => ({ currency: 'CAD' }), differs: always },
  { ordinal: 3, code: 'TRADE_COMMODITY', members: () => ({ commodity: 'OTHER' }), differs: always },
  { ordinal: 5, code: 'TRADE_UNIT', members: () => ({ price_uom: 'USD/MWH' }), differs: always },
  {
    ordinal: 6,
    code: 'TRADE_TERM',
    members: ({ windows }) => ({ delivery_end: windows.at(-2)?.end ?? '' }),
    differs: (window, windows) => window === windows - 1,
  },
];

/** One interval of a curve: off by so much, or left out (null). */
interface CurvePlant {
  readonly curveId: string;
  readonly interval: number;
  readonly off: string | null;
}

const OFF = [
  { commodity: 'NATURAL_GAS', interval: 3, off: '0.25' },
  { commodity: 'NATURAL_GAS', interval: 9, off: null },
  { commodity: 'POWER', interval: 100, off: '-1.5' },
  { commodity: 'POWER', interval: 101, off: '12' },
  { commodity: 'POWER', interval: 300, off: null },
] as const;

/** On the curve of the first indexed position of gas, and on that of power. */
function curvePlants(book: SampleBook): readonly CurvePlant[] {
  return OFF.flatMap(({ commodity, interval, off }) => {
    const position = book.positions.find(({ indexed, hub }) => indexed && hub.commodity === commodity);
    return position ? [{ curveId: position.hub.curveId, interval, off }] : [];
  });
}

/** The price of a curve's interval as a faulty vendor has it; null where it has none. */
export function faultyPrices(
  book: SampleBook,
): (curveId: string, interval: number, price: string) => string | null {
  const plants = new Map(curvePlants(book).map((plant) => [`${plant.curveId} ${plant.interval}`, plant.off]));
  return (curveId, interval, price) => {
    const off = plants.get(`${curveId} ${interval}`);
    if (off === undefined) return price;
    return off === null ? null : add(decimal(price), decimal(off));
  };
}

export interface PlantedFinding {
  readonly code: FindingCode;
  readonly settlementId: string;
}

/** Every finding of the current settlements of a book whose vendor is faulty. A book whose vendor is not has none. */
export function plantedFindings(book: SampleBook): readonly PlantedFinding[] {
  const onCurves = new Map(
    curvePlants(book).map((plant) => [`${plant.curveId} ${plant.interval}`, plant.off]),
  );
  const found: PlantedFinding[] = [];
  for (let settlement = 0; settlement < book.settlements; settlement += 1) {
    const position = book.positionOf(settlement);
    const window = settlement - position.first;
    const trade = TRADE_PLANTS.find(({ ordinal }) => ordinal === position.ordinal);
    const off = position.indexed ? onCurves.get(`${position.hub.curveId} ${window}`) : undefined;
    if (off === undefined && !trade?.differs(window, position.windows.length)) continue;
    const { current } = book.history(settlement);
    if (current.status === 'VOID') continue;
    const settlementId = current.settlement_id;
    if (trade?.differs(window, position.windows.length)) found.push({ code: trade.code, settlementId });
    if (off !== undefined)
      found.push({ code: off === null ? 'CURVE_MISSING' : 'CURVE_DEVIATION', settlementId });
  }
  return found;
}
