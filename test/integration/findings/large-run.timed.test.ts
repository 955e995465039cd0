/** What checking costs a commit: 100,000 settlements, 8,000 a call, against 1,000 trades and 30 curves of a month. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { App } from '../../../electron/app.ts';
import { countFindings } from '../../../electron/findings/list.ts';
import { paced } from '../../pace.ts';
import { temporaryApp } from '../../unit/workspace/temporary.ts';
import { prepare, storeRun } from './stored-records.ts';

const SETTLEMENTS = 100_000;
const PER_CALL = 8000;
const TRADES = 1000;
const CURVES = 30;
const HOURS = 743;

let app: App;

/** Prices with cents: hour `h` of curve `c`. */
const PRICE = '(20 + c % 7 + (h * 37 % 1000) / 100.0)::DECIMAL(38,12)';

async function run(sql: string): Promise<void> {
  await app.workspace.database.transaction((tx) => tx.run(sql));
}

/** The mean of a span of hours from `h`, to twelve decimals. */
function meanOf(spanHours: number): string {
  const hour = (at: number): string => PRICE.replaceAll('h *', `(h + ${at}) *`);
  const sum = Array.from({ length: spanHours }, (_, at) => hour(at)).join(' + ');
  return `((${sum}) / ${spanHours})::DECIMAL(38,12)`;
}

/** @param off every so many settlements are off their curve, and as many off their trade. */
async function storeMonth(runId: string, off: number, spanHours: number): Promise<void> {
  await storeRun(app, { runId, resource: 'settlements' });
  await run(`
    INSERT INTO settlement BY NAME
    SELECT '${runId}' AS run_id, 1 + i // 1000 AS page, i % 1000 AS idx, 'S-' || i AS settlement_id, 1 AS version,
      'T-' || i % ${TRADES} AS trade_id, 0 AS deal_leg,
      CASE WHEN i % ${off} = 1 THEN 'Somebody else' ELSE 'Counterparty ' || i % ${TRADES} % 12 END AS counterparty,
      'POWER' AS commodity, 'ENERGY' AS charge_type, 'BUY' AS direction,
      TIMESTAMP '2024-03-01 05:00:00' + to_hours(h) AS delivery_start,
      TIMESTAMP '2024-03-01 05:00:00' + to_hours(h + ${spanHours}) AS delivery_end,
      'America/New_York' AS timezone, 'PJM-RTO' AS location, 50 AS volume, '50' AS volume_text, 'MWH' AS volume_uom,
      price, price::VARCHAR AS price_text, 'USD/MWH' AS price_uom, -50 * price AS amount,
      (-50 * price)::VARCHAR AS amount_text, 'USD' AS currency, 'FINAL' AS status, 'CURVE-' || c AS curve_id
    FROM (SELECT i, c, h, ${meanOf(spanHours)} + CASE WHEN i % ${off} = 0 THEN 1 ELSE 0 END AS price
          FROM (SELECT i, i % ${CURVES} AS c, i // ${CURVES} % ${HOURS - spanHours + 1} AS h FROM range(${SETTLEMENTS}) t(i)))
    ORDER BY i`);
}

beforeAll(async () => {
  app = await temporaryApp();
  await storeRun(app, { runId: 'trades', resource: 'trades' });
  await run(`
    INSERT INTO trade BY NAME
    SELECT 'trades' AS run_id, 1 AS page, i AS idx, 'T-' || i AS trade_id, 1 AS version, 0 AS deal_leg,
      'Counterparty ' || i % 12 AS counterparty, 'POWER' AS commodity, 'BUY' AS direction,
      TIMESTAMP '2024-03-01 05:00:00' AS delivery_start, TIMESTAMP '2024-04-01 04:00:00' AS delivery_end,
      'MWH' AS volume_uom, 'USD/MWH' AS price_uom, 'USD' AS currency
    FROM range(${TRADES}) t(i)`);
  await storeRun(app, { runId: 'curves', resource: 'curves' });
  await run(`
    INSERT INTO curve_point BY NAME
    SELECT 'curves' AS run_id, 1 AS page, row_number() OVER () AS idx, 'CURVE-' || c AS curve_id,
      TIMESTAMP '2024-04-01' AS as_of, TIMESTAMP '2024-03-01 05:00:00' + to_hours(h) AS delivery_start,
      TIMESTAMP '2024-03-01 05:00:00' + to_hours(h + 1) AS delivery_end, ${PRICE} AS price,
      ${PRICE}::VARCHAR AS price_text, 'USD/MWH' AS price_uom, 'USD' AS currency
    FROM range(${CURVES}) a(c), range(${HOURS}) b(h)`);
});

async function timed(
  runId: string,
): Promise<{ readonly prepareMs: number; readonly callMs: readonly number[] }> {
  const begun = performance.now();
  const checks = await prepare(app, runId);
  const prepareMs = performance.now() - begun;
  if (!checks) throw new Error('nothing was prepared');
  const callMs: number[] = [];
  for (let page = 1; page <= SETTLEMENTS / 1000; page += PER_CALL / 1000) {
    await app.workspace.database.transaction(async (tx) => {
      const from = performance.now();
      await checks.record(tx, page, page + PER_CALL / 1000 - 1);
      callMs.push(performance.now() - from);
    });
  }
  await app.workspace.database.transaction((tx) => checks.close(tx));
  return { prepareMs, callMs: callMs.toSorted((a, b) => a - b) };
}

const ms = (value: number | undefined): string => `${(value ?? 0).toFixed(1)} ms`;

describe('checking 100,000 settlements', () => {
  it.each([
    ['one in a thousand differs', 'usual', 1000, 1, 200],
    ['half of them differ', 'bad', 4, 1, 50_000],
    ['each spans 24 points', 'spans', 1000, 24, 200],
  ] as const)('where %s takes little of a commit', async (what, runId, off, span, expected) => {
    await storeMonth(runId, off, span);
    const { prepareMs, callMs } = await timed(runId);
    const median = callMs[Math.floor(callMs.length / 2)] ?? 0;
    process.stdout.write(
      `findings, ${what}: prepared in ${ms(prepareMs)}; ${PER_CALL} settlements a call in ${ms(callMs[0])} (least), ${ms(median)} (median), ${ms(callMs.at(-1))} (most)\n`,
    );
    const { total } = await countFindings(app.workspace.database, runId);
    expect(total).toBe(expected);
    // Of an idle machine about ten times what it takes: more is a defect, whatever else runs.
    expect(callMs[0]).toBeLessThan(paced(runId === 'bad' ? 2000 : 300));
  });

  it('costs nothing where neither trades nor curves are known', async () => {
    const bare = await temporaryApp();
    await storeRun(bare, { runId: 'unchecked', resource: 'settlements', done: false });
    const begun = performance.now();
    expect(await prepare(bare, 'unchecked')).toBeNull();
    process.stdout.write(`findings, nothing known: ${ms(performance.now() - begun)} once a run\n`);
  });
});
