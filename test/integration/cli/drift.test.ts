import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pageOf, type ScriptedVendor, scriptedVendor } from '../sync/scripted-vendor.ts';
import { type Ended, eventsOf, ofType, syncArgs, temporaryFolder } from './command.ts';
import { faultOf } from './event-fields.ts';
import { tieout } from './in-process.ts';

const MONTH = '2024-03';
const workspace = join(temporaryFolder(), 'workspace');
const here = ['--workspace', workspace, '--json'];

let serial = 0;

/** JSON text of a settlement; a member that is undefined is not sent. */
function settlement(changes: Readonly<Record<string, unknown>> = {}): string {
  serial += 1;
  return JSON.stringify({
    settlement_id: `S-${String(serial).padStart(4, '0')}`,
    version: 1,
    trade_id: 'T-1',
    counterparty: 'ACME Energy',
    commodity: 'POWER',
    direction: 'BUY',
    delivery_start: '2024-03-01T05:00:00Z',
    delivery_end: '2024-03-01T06:00:00Z',
    timezone: 'America/New_York',
    location: 'PJM-RTO',
    volume: 50,
    volume_uom: 'MWH',
    price: '28.35',
    price_uom: 'USD/MWH',
    amount: '-1417.50',
    currency: 'USD',
    status: 'FINAL',
    due_date: '2024-04-20',
    ...changes,
  });
}

let vendor: ScriptedVendor;
beforeAll(async () => {
  vendor = await scriptedVendor(() => null);
});
afterAll(() => vendor.close());

function serve(...pages: readonly (readonly string[])[]): void {
  vendor.answer((page) => pageOf(pages[page - 1] ?? [], page < pages.length));
}

function sync(...more: readonly string[]): Promise<Ended> {
  return tieout([...syncArgs(vendor, MONTH, '--backoff-factor', '0.01', ...more), ...here]);
}

async function good(...args: readonly string[]): Promise<Ended> {
  const ended = await tieout([...args, ...here]);
  expect(ended.stderr).toBe('');
  expect(ended.code).toBe(0);
  return ended;
}

/** Of the whole run: those that a sync tells at its end. */
function assessed(ended: Ended) {
  return ofType(ended, 'drift').filter(({ severity }) => severity !== undefined);
}

const drifted = () => [
  [settlement(), settlement({ due_date: null })],
  [
    settlement({ status: 'PRELIM' }),
    settlement({ desk: 'East', counterparty: 'ACME Energy Trading of the North', due_date: null }),
    settlement({ version: '1', session_token: 'hunter2-hunter2' }),
  ],
];

describe('schema drift, from sync to acceptance', () => {
  it('is not in the first run, which sets the schema', async () => {
    serve([settlement(), settlement()], [settlement()]);
    const ended = await sync();
    expect(ended.code).toBe(0);
    expect(ofType(ended, 'drift')).toEqual([]);
    const [baseline] = ofType(await good('drift', 'baseline'), 'drift-baseline');
    expect(baseline).toMatchObject({ source: vendor.baseUrl, resource: 'settlements', note: null });
    expect(baseline?.members).toContainEqual({
      name: 'price',
      always: true,
      kinds: ['string'],
      nullable: false,
      numeric: true,
      longest: 5,
      integer_digits: 2,
      fraction_digits: 2,
      values: null,
      more_values: false,
    });
    expect(ofType(await good('drift', 'list'), 'drift')).toEqual([]);
  });

  it('is told at the end of a run, over all its pages, with place, count and sample', async () => {
    serve(...drifted());
    const ended = await sync();
    expect(ended.code).toBe(0);
    expect(assessed(ended)).toEqual([
      expect.objectContaining({
        field: 'status',
        kind: 'value',
        aspect: 'PRELIM',
        severity: 'breaking',
        expected: 'FINAL',
        seen: 'PRELIM',
        count: 1,
        first_page: 2,
        first_index: 0,
        sample: 'PRELIM',
      }),
      expect.objectContaining({
        field: 'version',
        kind: 'type',
        aspect: 'string',
        severity: 'breaking',
        count: 1,
      }),
      expect.objectContaining({
        field: 'due_date',
        kind: 'null',
        severity: 'warning',
        count: 2,
        first_page: 1,
        first_index: 1,
        sample: null,
      }),
      expect.objectContaining({
        field: 'counterparty',
        kind: 'widened',
        severity: 'info',
        seen: '32 characters',
      }),
      expect.objectContaining({
        field: 'desk',
        kind: 'added',
        severity: 'info',
        first_page: 2,
        sample: 'East',
      }),
      expect.objectContaining({ field: 'session_token', kind: 'added', sample: '[redacted]' }),
    ]);
    expect(ofType(ended, 'drift').filter(({ severity }) => severity === undefined)).toContainEqual({
      type: 'drift',
      field: 'desk',
      kind: 'added',
      expected: 'unknown',
      seen: expect.stringContaining('East'),
    });
    expect(
      ofType(ended, 'drift')
        .map(faultOf)
        .filter((fault) => fault !== null),
    ).toEqual([]);
    const types = eventsOf(ended.stdout).map(({ type }) => type);
    expect(types.lastIndexOf('drift')).toBeLessThan(types.indexOf('done'));
  });

  it('is listed with what was decided of it, and accepted by member and kind', async () => {
    const refused = await tieout(['drift', 'accept', '--note', 'why', ...here]);
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('--all') });
    const unknown = await tieout(['drift', 'accept', '--field', 'nobody', '--note', 'why', ...here]);
    expect(unknown).toMatchObject({ code: 2, stderr: expect.stringContaining('There is no such drift') });
    const kind = await tieout(['drift', 'accept', '--kind', 'odd', '--note', 'why', ...here]);
    expect(kind).toMatchObject({ code: 2, stderr: expect.stringContaining('not one of added') });

    const accepted = await good('drift', 'accept', '--field', 'desk', '--note', 'new with release 7');
    expect(ofType(accepted, 'drift-decision')).toEqual([
      expect.objectContaining({
        decision: 'accepted',
        field: 'desk',
        kind: 'added',
        note: 'new with release 7',
      }),
    ]);
    await good('drift', 'reject', '--kind', 'type', '--note', 'ticket 4711');
    const listed = ofType(await good('drift', 'list', '--month', MONTH), 'drift');
    expect(listed.map(({ field, state, note }) => ({ field, state, note }))).toEqual([
      { field: 'status', state: 'open', note: null },
      { field: 'version', state: 'rejected', note: 'ticket 4711' },
      { field: 'due_date', state: 'open', note: null },
      { field: 'counterparty', state: 'open', note: null },
      { field: 'desk', state: 'accepted', note: 'new with release 7' },
      { field: 'session_token', state: 'open', note: null },
    ]);
    const words = await tieout(['drift', 'list', '--workspace', workspace]);
    expect(words.stdout).toContain(
      'desk added: expected absent, seen string in 1 record, first on page 2 record 1',
    );
    expect(words.stdout).toContain('[rejected; rejected by');
    expect(ofType(await good('drift', 'list', '--resource', 'trades'), 'drift')).toEqual([]);
  });

  it('counts the pages that were committed before a run was interrupted', async () => {
    const pages = drifted();
    vendor.answer((page) => (page === 2 ? { status: 404, body: '{}' } : pageOf(pages[0] ?? [], true)));
    expect((await sync('--concurrency', '1')).code).toBe(3);
    serve(...pages);
    const resumed = await sync('--concurrency', '1');
    expect(resumed.code).toBe(0);
    expect(ofType(resumed, 'page')).toHaveLength(1);
    expect(assessed(resumed)).toContainEqual(
      expect.objectContaining({ field: 'due_date', kind: 'null', count: 2, first_page: 1, first_index: 1 }),
    );
    // Accepted, it is no drift any more; rejected, it is one that was told before.
    expect(assessed(resumed).map(({ field }) => field)).not.toContain('desk');
    const listed = ofType(await good('drift', 'list'), 'drift');
    expect(listed.find(({ field }) => field === 'version')).toMatchObject({ state: 'rejected' });
  });

  it('is gone once all of it is accepted, each act in the chain', async () => {
    await good('drift', 'accept', '--all', '--note', 'agreed with the vendor');
    await good('drift', 'accept', '--field', 'version', '--note', 'they cannot');
    serve(...drifted());
    expect(assessed(await sync())).toEqual([]);
    const acts = eventsOf((await good('audit', 'export')).stdout).filter(({ type }) =>
      type.startsWith('drift.'),
    );
    expect(acts.map(({ type }) => type)).toEqual([
      'drift.baseline',
      'drift.found',
      'drift.accept',
      'drift.reject',
      'drift.found',
      'drift.accept',
      'drift.accept',
    ]);
    await good('audit', 'verify');
    await good('verify');
  });

  it('never prints a secret', async () => {
    for (const args of [
      ['drift', 'list'],
      ['drift', 'baseline'],
      ['audit', 'export'],
    ])
      expect((await good(...args)).stdout).not.toContain('hunter2');
  });
});
