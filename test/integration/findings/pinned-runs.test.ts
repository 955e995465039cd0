/** What a run was checked with stays what it was: through a resume, a later curve, a later tolerance, a verification. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { App } from '../../../electron/app.ts';
import { recordLateFindings } from '../../../electron/findings/derive-findings.ts';
import { decimal } from '../../../shared/decimal.ts';
import { monthOf, temporaryApp, temporaryFolder, unwatched } from '../../unit/workspace/temporary.ts';
import {
  check,
  found,
  hours,
  prepare,
  storeRun,
  storeSettlements,
  storeTrades,
  told,
} from './stored-records.ts';

const MARCH = monthOf('2024-03');
const APRIL_FIRST = '2024-04-01T00:00:00Z';

let app: App;

async function importHours(
  name: string,
  asOf: string,
  prices: readonly string[],
  month = MARCH,
): Promise<void> {
  const path = join(temporaryFolder(), name);
  const rows = hours('2024-03-10 05:00:00', prices).map(
    ({ delivery_start: start, delivery_end: end, price }) =>
      `PJM-RT,${asOf},${String(start).replace(' ', 'T')}Z,${String(end).replace(' ', 'T')}Z,${price},USD/MWH,USD\n`,
  );
  writeFileSync(
    path,
    `curve_id,as_of,delivery_start,delivery_end,price,price_uom,currency\n${rows.join('')}`,
  );
  await app.importCurves({ path, month, ...unwatched });
}

const at = (hour: number, price: string) => ({
  curve_id: 'PJM-RT',
  delivery_start: `2024-03-10 0${5 + hour}:00:00`,
  delivery_end: `2024-03-10 0${6 + hour}:00:00`,
  price,
});

beforeAll(async () => {
  app = await temporaryApp();
  await storeRun(app, { runId: 'trades', resource: 'trades' });
  await storeTrades(app, 'trades', [{ counterparty: 'Blue Mesa' }]);
  await importHours('march.csv', APRIL_FIRST, ['28', '30', '31']);
  await storeRun(app, { runId: 'run', resource: 'settlements' });
  await storeSettlements(app, 'run', [
    at(0, '28'),
    at(1, '30'),
    at(2, '40'),
    { ...at(2, '31'), counterparty: 'X' },
  ]);
  await storeSettlements(app, 'run', [{ ...at(2, '31'), settlement_id: 'S-1-2', version: 2 }], 2);
});

describe('a run that is checked', () => {
  it('finds what differs, once a page', async () => {
    expect((await check(app, 'run', 2)).map((each) => [each.settlement, told(each)])).toEqual([
      ['S-1-2', 'CURVE_DEVIATION price: 31 -> 40'],
      ['S-1-3', 'TRADE_COUNTERPARTY counterparty: Blue Mesa -> X'],
    ]);
  });

  it('is pinned to what it was checked with, in the audit chain too', async () => {
    const pins = await app.workspace.database.rows(
      `SELECT kind, source_id, curve_id, sha256, absolute, percent FROM run_pin WHERE run_id = 'run' ORDER BY kind`,
    );
    expect(
      pins.map((row) => [row.text('kind'), row.textOrNull('curve_id'), row.textOrNull('absolute')]),
    ).toEqual([
      ['curve', 'PJM-RT', '0.005'],
      ['trades', null, null],
    ]);
    const event = await app.workspace.database.row(
      `SELECT payload FROM audit_event WHERE type = 'findings.pin' ORDER BY seq DESC LIMIT 1`,
    );
    expect(event?.json('payload')).toMatchObject({
      run_id: 'run',
      month: '2024-03',
      trades: 1,
      snapshots: 1,
      pins_sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      first: [
        expect.stringMatching(/^1 trades of run trades, [0-9a-f]{64}$/),
        expect.stringMatching(/^PJM-RT as of 2024-04-01T00:00:00Z, tolerance 0.005 or 0 %, [0-9a-f]{64}$/),
      ],
    });
  });

  it('goes on with its pins where it is resumed after later curves came', async () => {
    await storeRun(app, { runId: 'resumed', resource: 'settlements', done: false });
    await storeSettlements(app, 'resumed', [at(1, '30')]);
    expect(await check(app, 'resumed')).toEqual([]);
    await importHours('march.csv', '2024-04-02T00:00:00Z', ['28', '35', '31']);
    await app.setTolerance('PJM-RT', { absolute: decimal('9'), percent: decimal('0') });
    await storeSettlements(app, 'resumed', [at(1, '30'), at(1, '30.01')], 2);
    const checks = await prepare(app, 'resumed');
    await app.workspace.database.transaction(async (tx) => {
      await checks?.record(tx, 2, 2);
      await checks?.close(tx);
    });
    expect((await found(app, 'resumed')).map(told)).toEqual(['CURVE_DEVIATION price: 30 -> 30.01']);
    expect([...(checks?.counts ?? [])]).toEqual([['CURVE_DEVIATION', 1]]);
  });

  it('stays unchecked where it was begun before anything was known', async () => {
    await storeRun(app, {
      runId: 'bare',
      resource: 'settlements',
      source: 'bare',
      month: '2024-06',
      done: false,
    });
    expect(await prepare(app, 'bare', 'bare', '2024-06')).toBeNull();
    await app.workspace.database.transaction((tx) =>
      tx.run(
        `INSERT INTO page (run_id, page, received_at, request_id, page_sha256, body_sha256, bytes, charset, records,
           rejected, next_page, attempts, elapsed_ms) VALUES ('bare', 1, '', '', '', '', 0, 'utf-8', 0, 0, true, 1, 0)`,
      ),
    );
    await storeRun(app, { runId: 'bare trades', resource: 'trades', source: 'bare', month: '2024-06' });
    await storeTrades(app, 'bare trades', [{}]);
    expect(await prepare(app, 'bare', 'bare', '2024-06')).toBeNull();
  });
});

describe('a later curve', () => {
  const compare = () => app.compareCurves({ month: '2024-03', source: 'vendor', limit: 100 });

  it('changes nothing in a finished run, and shows what it would change', async () => {
    await storeRun(app, { runId: 'run-2', resource: 'settlements' });
    await storeSettlements(app, 'run-2', [at(0, '28'), at(1, '30'), at(2, '40'), at(2, '99')]);
    await app.setTolerance('PJM-RT', null);
    await importHours('march.csv', APRIL_FIRST, ['28', '30', '31']);
    const before = await check(app, 'run-2');
    expect(before.map(told)).toEqual(['CURVE_DEVIATION price: 31 -> 40', 'CURVE_DEVIATION price: 31 -> 99']);
    expect(await compare()).toMatchObject({
      runId: 'run-2',
      curves: [],
      appears: 0,
      goes: 0,
      moves: 0,
      changes: [],
    });

    await importHours('restated.csv', '2024-05-01T00:00:00Z', ['28', '33', '40']);
    expect(await compare()).toEqual({
      month: '2024-03',
      runId: 'run-2',
      wasChecked: true,
      curves: [
        {
          curveId: 'PJM-RT',
          before: expect.objectContaining({ asOf: APRIL_FIRST, snapshots: 1, absolute: '0.005' }),
          after: expect.objectContaining({ asOf: '2024-05-01T00:00:00Z', snapshots: 1, absolute: '0.005' }),
        },
      ],
      appears: 1,
      goes: 1,
      moves: 1,
      changes: [
        expect.objectContaining({
          change: 'appears',
          settlementId: 'S-1-1',
          found: '30',
          before: null,
          after: '33',
        }),
        expect.objectContaining({
          change: 'goes',
          settlementId: 'S-1-2',
          found: '40',
          before: '31',
          after: null,
        }),
        expect.objectContaining({
          change: 'moves',
          settlementId: 'S-1-3',
          found: '99',
          before: '31',
          after: '40',
        }),
      ],
    });
    expect(await found(app, 'run-2')).toEqual(before);
  });

  it('is not told where only the file is another: the snapshot is the same', async () => {
    await importHours('restated.csv', APRIL_FIRST, ['28', '30.00', '31.0']);
    expect(await compare()).toMatchObject({ curves: [], appears: 0, goes: 0, moves: 0 });
  });

  it('is a later tolerance too', async () => {
    await app.setTolerance('PJM-RT', { absolute: decimal('10'), percent: decimal('0') });
    expect(await compare()).toMatchObject({
      curves: [{ curveId: 'PJM-RT', after: expect.objectContaining({ absolute: '10' }) }],
      goes: 1,
      appears: 0,
    });
    await app.setTolerance('PJM-RT', null);
  });

  it('has nothing to be compared with in a month without a run', async () => {
    await expect(app.compareCurves({ month: '1999-01', source: null, limit: 1 })).rejects.toMatchObject({
      code: 'nothing-to-do',
    });
  });
});

describe('a settlement that comes late, from a dead letter', () => {
  it('is checked with what its run was pinned to, and only that one', async () => {
    await storeRun(app, { runId: 'late', resource: 'settlements', done: false });
    await storeSettlements(app, 'late', [at(1, '35'), at(0, '28')]);
    const first = await check(app, 'late');
    expect(first.map(told)).toEqual(['CURVE_DEVIATION price: 30.00 -> 35']);
    await importHours('later.csv', '2024-12-01T00:00:00Z', ['1', '1', '1']);
    await storeSettlements(app, 'late', [{ ...at(2, '50'), idx: 7, settlement_id: 'LATE' }]);
    await app.workspace.database.transaction((tx) => recordLateFindings(tx, 'late', [{ page: 1, index: 7 }]));
    expect((await found(app, 'late')).map((each) => [each.settlement, told(each)])).toEqual([
      ['S-1-0', 'CURVE_DEVIATION price: 30.00 -> 35'],
      ['LATE', 'CURVE_DEVIATION price: 31.0 -> 50'],
    ]);
  });
});

describe('a verification', () => {
  const differences = async () => (await app.verify({ month: MARCH, ...unwatched })).differences;
  const own = async () =>
    (await differences()).filter(
      ({ subject, name }) => ['curve', 'finding'].includes(subject) || /pins|snapshots/.test(name),
    );
  const change = (sql: string) => app.workspace.database.transaction((tx) => tx.run(sql));

  it('works every snapshot, pin and finding out again, and finds them as they are', async () => {
    expect(await own()).toEqual([]);
  });

  it.each<[string, RegExp | null]>([
    ["UPDATE finding SET found = '41' WHERE run_id = 'run-2' AND found = '40'", /findings of run run-2/],
    ["UPDATE finding SET found = '40' WHERE run_id = 'run-2' AND found = '41'", null],
    [
      "INSERT INTO finding SELECT * FROM finding WHERE run_id = 'late' AND settlement_id = 'LATE'",
      /findings of run late/,
    ],
    ["UPDATE run_pin SET absolute = '99' WHERE run_id = 'run-2' AND kind = 'curve'", /pins of run run-2/],
  ])('holds what it finds against %s', async (sql, name) => {
    await change(sql);
    const names = (await own()).map((difference) => difference.name);
    if (name === null) expect(names).toEqual([]);
    else expect(names).toContainEqual(expect.stringMatching(name));
  });

  it('finds a point that is not what its file says, and its snapshot with it', async () => {
    await change("UPDATE curve_point SET price = 77, price_text = '77' WHERE price_text = '30.00'");
    const names = (await own()).map(({ subject, name }) => `${subject} ${name}`);
    expect(names).toContainEqual(expect.stringMatching(/^curve PJM-RT of /));
    expect(names).toContainEqual('curve restated.csv points that differ');
  });
});
