/** Checks the settlements of a run's pages: the engine names suspects, what is found of them is said here and stored. */
import { z } from 'zod';
import { decimal } from '../../shared/decimal.ts';
import type { FindingCode } from '../../shared/findings.ts';
import { Turns } from '../turns.ts';
import type { Row } from '../workspace/row.ts';
import type { Transaction } from '../workspace/transaction.ts';
import type { Prepared } from './check-tables.ts';
import { type CurveReading, judgeCurve, type PointOfCurve, pointReading, readCurve } from './curve-judge.ts';
import type { Finding } from './finding.ts';
import { pointsWithin, suspects, unpricedSuspects } from './suspects.ts';
import { tradeFindings } from './trade-checks.ts';

/** Pages of a run. */
export interface PageRange {
  readonly runId: string;
  readonly fromPage: number;
  readonly toPage: number;
}

/** A row of `finding` but its run, as `FINDING_JSON` reads it. */
interface FoundRow {
  readonly page: number;
  readonly idx: number;
  readonly settlement_id: string;
  readonly version: number;
  readonly code: FindingCode;
  readonly field: string;
  readonly expected: string;
  readonly found: string;
  readonly source_id: string;
  readonly detail: string;
}

const FINDING_JSON = `[{"page":"BIGINT","idx":"BIGINT","settlement_id":"VARCHAR","version":"BIGINT","code":"VARCHAR","field":"VARCHAR","expected":"VARCHAR","found":"VARCHAR","source_id":"VARCHAR","detail":"VARCHAR"}]`;

/** Settlements that are checked at once, where a run is checked from its first page to its last. */
const MOST_AT_ONCE = 20_000;

const storedPoints = z.array(
  z.object({
    start_us: z.string(),
    end_us: z.string(),
    price: z.string(),
    price_uom: z.string().nullable(),
    currency: z.string().nullable(),
    source_id: z.string(),
    as_of: z.string(),
  }),
);

function pointsOf(json: string): readonly PointOfCurve[] {
  return storedPoints.parse(JSON.parse(json)).map((point) => ({
    start: BigInt(point.start_us),
    end: BigInt(point.end_us),
    price: decimal(point.price),
    priceUom: point.price_uom,
    currency: point.currency,
    sourceId: point.source_id,
    asOf: point.as_of,
  }));
}

function stored(row: Row, finding: Finding): FoundRow {
  const { code, field, expected, found } = finding;
  return {
    page: row.int('page'),
    idx: row.int('idx'),
    settlement_id: row.text('settlement_id'),
    version: row.int('version'),
    code,
    field,
    expected,
    found,
    source_id: finding.sourceId,
    detail: JSON.stringify(finding.detail),
  };
}

function fromReading(row: Row, reading: CurveReading): readonly Finding[] {
  const settlement = {
    curveId: row.text('curve_id'),
    start: BigInt(row.text('start_us')),
    end: BigInt(row.text('end_us')),
    price: row.decimal('price_text'),
    priceUom: row.text('price_uom'),
    currency: row.text('currency'),
  };
  const tolerance = { absolute: row.decimal('absolute_text'), percent: row.decimal('percent_text') };
  return judgeCurve(settlement, reading, tolerance);
}

/** Against the curve's point of exactly the interval, where it has one. */
function fromPoint(row: Row): readonly Finding[] {
  if (row.textOrNull('curve_id') === null || row.bool('unpriced')) return [];
  return fromReading(
    row,
    pointReading({
      price: row.decimal('point_price'),
      priceUom: row.textOrNull('point_uom'),
      currency: row.textOrNull('point_currency'),
      sourceId: row.text('point_source'),
      asOf: row.text('point_as_of'),
    }),
  );
}

function placeText(row: Row): string {
  return `${row.int('page')} ${row.int('idx')}`;
}

function unknownCurve(curveId: string): Finding {
  const detail = { curve_id: curveId };
  return {
    code: 'CURVE_UNKNOWN',
    field: 'curve_id',
    expected: curveId,
    found: 'no snapshot',
    sourceId: '',
    detail,
  };
}

/** Of a span that the chain has priced. */
function chained(row: Row): CurveReading {
  return {
    kind: 'price',
    weighted: row.decimal('weighted'),
    weight: row.decimal('weight'),
    points: row.int('points'),
    asSent: null,
    priceUom: row.textOrNull('curve_uom'),
    currency: row.textOrNull('curve_currency'),
    sourceId: row.text('point_source'),
    asOf: row.text('point_as_of'),
  };
}

/** Judges suspects a few at a time: a curve that is wrong throughout suspects every settlement. */
async function judged(rows: readonly Row[], judge: (row: Row) => readonly Finding[]): Promise<FoundRow[]> {
  const found: FoundRow[] = [];
  const turns = new Turns();
  for (const row of rows) {
    for (const finding of judge(row)) found.push(stored(row, finding));
    await turns.step();
  }
  return found;
}

async function checkUnpriced(
  tx: Transaction,
  prepared: Prepared,
  { runId, fromPage, toPage }: PageRange,
): Promise<readonly FoundRow[]> {
  const rows = await tx.rows(unpricedSuspects(prepared), [runId, fromPage, toPage]);
  const places = rows
    .filter((row) => !row.bool('chained'))
    .map((row) => ({ page: row.int('page'), idx: row.int('idx') }));
  const points = new Map<string, string>();
  if (places.length > 0) {
    const within = await tx.rows(pointsWithin(prepared.tables), [runId, JSON.stringify(places)]);
    for (const row of within) points.set(placeText(row), row.text('points'));
  }
  return judged(rows, (row) => {
    const curveSource = row.textOrNull('curve_source');
    if (curveSource === null) return [unknownCurve(row.text('curve_id'))];
    if (row.bool('chained')) return fromReading(row, chained(row));
    const inside = pointsOf(points.get(placeText(row)) ?? '[]');
    const [start, end] = [BigInt(row.text('start_us')), BigInt(row.text('end_us'))];
    return fromReading(row, readCurve(inside, start, end, curveSource));
  });
}

/** Checks the pages of one run, call by call. */
export class PageChecks {
  readonly #prepared: Prepared;
  /** A settlement without a point of exactly its interval was seen: there are more, and they are looked for at once. */
  #spans = false;

  constructor(prepared: Prepared) {
    this.#prepared = prepared;
  }

  /**
   * @param tx one that sees the pages' settlements. @param target the table that takes the findings.
   * @returns the code of each finding.
   */
  async check(tx: Transaction, range: PageRange, target: string): Promise<readonly FindingCode[]> {
    const { trades, curves } = this.#prepared;
    const rows = await tx.rows(suspects(this.#prepared, !this.#spans), [
      range.runId,
      range.fromPage,
      range.toPage,
    ]);
    const found = await judged(rows, (row) => [
      ...(trades > 0 ? tradeFindings(row) : []),
      ...(curves > 0 ? fromPoint(row) : []),
    ]);
    if (curves > 0) {
      this.#spans ||= rows.some((row) => row.bool('unpriced'));
      if (this.#spans) found.push(...(await checkUnpriced(tx, this.#prepared, range)));
    }
    if (found.length > 0) {
      await tx.run(
        `INSERT INTO ${target} SELECT $1, f.* FROM (SELECT unnest(from_json($2, '${FINDING_JSON}'), recursive := true)) f`,
        [range.runId, JSON.stringify(found)],
      );
    }
    return found.map(({ code }) => code);
  }

  /**
   * Checks the pages that a run has, a few at a time, so that the memory is bounded whatever is suspected.
   * @param only these pages; null: all.
   */
  async checkRun(
    tx: Transaction,
    runId: string,
    target: string,
    only: ReadonlySet<number> | null = null,
  ): Promise<void> {
    const rows = await tx.rows(
      'SELECT page, count(*) AS n FROM settlement WHERE run_id = ? GROUP BY page ORDER BY page',
      [runId],
    );
    const range = { fromPage: 0, toPage: 0, settlements: 0 };
    const flush = async (): Promise<void> => {
      if (range.settlements > 0) await this.check(tx, { runId, ...range }, target);
      range.settlements = 0;
    };
    for (const row of rows) {
      const page = row.int('page');
      if (only !== null && !only.has(page)) {
        await flush();
        continue;
      }
      if (range.settlements === 0) range.fromPage = page;
      range.toPage = page;
      range.settlements += row.int('n');
      if (range.settlements >= MOST_AT_ONCE) await flush();
    }
    await flush();
  }
}
