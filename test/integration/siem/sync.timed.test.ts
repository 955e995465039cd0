/** Forwarding beside `tieout sync`: it never holds the sync up, and what could not be sent goes later. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startVendor, type Vendor } from '../../../electron/demo/vendor.ts';
import { paced } from '../../pace.ts';
import { eventsOf, Home, type Running, SECRET, syncArgs } from '../cli/command.ts';
import { stored } from '../workspace/stored-tables.ts';
import { range } from './support/bench.ts';
import { chainFault } from './support/chain.ts';
import { type Collector, otlpCollector } from './support/collectors.ts';

const MONTH = '2024-03';
const PAGES = 60;

let vendor: Vendor;
beforeAll(async () => {
  const month = { month: MONTH, records: PAGES * 50, seed: 7 };
  vendor = await startVendor({ ...month, latencyMs: 15, clientSecret: SECRET });
});
afterAll(() => vendor.close());

async function homeWith(collector: Collector): Promise<Home> {
  const home = new Home({ TIEOUT_CLIENT_SECRET: SECRET });
  await home.json(['siem', 'add', 'desk', '--otlp', collector.url]);
  return home;
}

function sync(home: Home): Running {
  const args = syncArgs(vendor, MONTH, '--page-size', '50', '--json', '--workspace', home.workspace);
  return home.spawn(args);
}

/** Milliseconds from the first page to the end of the run, and from there to the end of the command. */
async function timed(home: Home): Promise<{ readonly run: number; readonly end: number }> {
  const running = sync(home);
  await running.line((line) => line.includes('"type":"page"'));
  const first = performance.now();
  await running.line((line) => line.includes('"type":"done"'));
  const done = performance.now();
  const ended = await running.ended;
  expect(ended).toMatchObject({ code: 0, stderr: '' });
  return { run: done - first, end: performance.now() - done };
}

describe('a sync beside a collector', () => {
  it('that is down for the whole of it ends as ever; once it is back, nothing is lost and all in order', async () => {
    const collector = await otlpCollector();
    await collector.down();
    const home = await homeWith(collector);
    await timed(home);
    const [waiting] = eventsOf((await home.json(['siem', 'status'])).stdout);
    expect(waiting).toMatchObject({
      type: 'siem',
      target: 'desk',
      seq: 0,
      error: { code: 'siem-undelivered' },
    });
    expect(waiting?.behind).toBeGreaterThan(PAGES);

    await collector.up();
    const forwarded = await home.json(['siem', 'forward', '--until-empty']);
    expect(eventsOf(forwarded.stdout)).toMatchObject([
      { type: 'siem', target: 'desk', behind: 0, error: null },
    ]);
    const exported = (await home.run(['audit', 'export'])).stdout.split('\n').filter((line) => line !== '');
    expect(collector.faults).toEqual([]);
    expect(collector.events.map(({ context: _, ...event }) => JSON.stringify(event))).toEqual(exported);
    expect(chainFault(collector.events)).toBeNull();

    const [run] = await stored(home.workspace, home.folder, 'SELECT run_id, correlation_id FROM run');
    const receipts = await stored(
      home.workspace,
      home.folder,
      'SELECT page, request_id FROM page ORDER BY page',
    );
    const ofRun = collector.events.filter(({ payload }) => payload.run_id === run?.run_id);
    expect(ofRun.length).toBeGreaterThan(PAGES);
    expect(new Set(ofRun.map(({ context }) => context.correlation_id))).toEqual(
      new Set([run?.correlation_id]),
    );
    const pages = ofRun.filter(({ type }) => type === 'sync.page');
    expect(pages.map(({ payload, context }) => [payload.page, context.request_id])).toEqual(
      receipts.map((row) => [Number(row.page), row.request_id]),
    );
  });

  it('that takes events has nearly all of them when the sync ends', async () => {
    const collector = await otlpCollector();
    const home = await homeWith(collector);
    await timed(home);
    const [status] = eventsOf((await home.json(['siem', 'status'])).stdout);
    expect(status).toMatchObject({ behind: 0, error: null });
    expect(collector.events.map(({ seq }) => seq)).toEqual(range(1, Number(status?.seq)));
    expect(collector.events.at(-1)?.type).toBe('sync.done');
  });

  it('that takes ten seconds for a request is not waited for', async () => {
    const slow = await otlpCollector();
    slow.answer(() => new Promise((resolve) => setTimeout(() => resolve('taken'), 10_000)));
    const alone = (await timed(new Home({ TIEOUT_CLIENT_SECRET: SECRET }))).run;
    const { run: beside, end } = await timed(await homeWith(slow));
    const words = `alone ${Math.round(alone)} ms, beside ${Math.round(beside)} ms, ends ${Math.round(end)} ms`;
    process.stdout.write(`sync of ${PAGES} pages: ${words}\n`);
    // One that is waited for even once would add ten seconds.
    expect(beside, words).toBeLessThan(alone * 2 + 2000);
    expect(end, words).toBeLessThan(paced(6000));
    expect(slow.faults).toEqual([]);
  });

  it('that never answers does not hold up one who interrupts', async () => {
    const silent = await otlpCollector();
    silent.answer(() => null);
    const home = await homeWith(silent);
    const running = sync(home);
    await running.line((line) => line.includes('"page":3'));
    const begun = performance.now();
    running.child.kill('SIGINT');
    expect((await running.ended).code).toBe(130);
    const took = performance.now() - begun;
    expect(took).toBeLessThan(paced(1900));
  });
});
