import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeSampleLedger } from '../../../electron/demo/ledger.ts';
import { startVendor, type Vendor } from '../../../electron/demo/vendor.ts';
import {
  type Ended,
  eventsOf,
  type JsonEvent,
  ofType,
  SECRET,
  syncArgs,
  temporaryFolder,
} from './command.ts';
import { EVENT_FIELDS, faultOf } from './event-fields.ts';
import { tieout } from './in-process.ts';

const MONTH = '2024-11';
const sample = { month: MONTH, records: 400, seed: 3 };
const folder = temporaryFolder();
const workspace = join(folder, 'workspace');
const ledger = join(folder, 'ledger.csv');

/** Documented, and tested where they are told. */
const ELSEWHERE: ReadonlySet<string> = new Set(['warning', 'dead-letter-act', 'diff', 'change']);

let vendor: Vendor;
const all: JsonEvent[] = [];
const said = new Map<string, Ended>();

async function run(name: string, args: readonly string[]): Promise<void> {
  const ended = await tieout([...args, '--workspace', workspace, '--json']);
  all.push(...eventsOf(ended.stdout));
  said.set(name, ended);
}

function events(name: string, type: string): readonly JsonEvent[] {
  const ended = said.get(name);
  return ended ? ofType(ended, type) : [];
}

beforeAll(async () => {
  vendor = await startVendor({ ...sample, faults: true, clientSecret: SECRET });
  await writeSampleLedger(ledger, sample);
  await run('sync', syncArgs(vendor, MONTH, '--page-size', '25', '--backoff-factor', '0.01'));
  await run('trades', syncArgs(vendor, MONTH, '--resource', 'trades', '--page-size', '2'));
  await run('curves', syncArgs(vendor, MONTH, '--resource', 'curves'));
  await run('import', ['import', ledger, '--as', 'ledger', '--month', MONTH]);
  await run('reconcile', ['reconcile', '--month', MONTH]);
  await run('fail', ['reconcile', '--month', MONTH, '--fail-on-breaks']);
  await run('report', ['report', '--month', MONTH, '--format', 'csv', '--out', join(folder, 'out')]);
  await run('verify', ['verify', '--month', MONTH]);
  await run('error', ['report', '--month', MONTH, '--format', 'csv', '--out', join(folder, 'out')]);
});
afterAll(() => vendor.close());

describe('the events of a month', () => {
  it('have the fields that the design documents', () => {
    expect(all.map(faultOf).filter((fault) => fault !== null)).toEqual([]);
    const seen = new Set(all.map(({ type }) => type));
    expect([...seen].sort()).toEqual(
      Object.keys(EVENT_FIELDS)
        .filter((type) => !ELSEWHERE.has(type))
        .sort(),
    );
  });

  it('are lines of their own and nothing else is on standard output', () => {
    for (const [name, ended] of said) {
      expect(ended.stdout.endsWith('\n'), name).toBe(true);
      expect(ended.stdout).not.toContain('\u001b');
    }
  });

  it('tell each page once and in order, after its retries, and add up to the end', () => {
    const pages = events('sync', 'page');
    expect(pages.map(({ page }) => page)).toEqual(pages.map((_, at) => at + 1));
    const sum = (field: string) => pages.reduce((total, page) => total + Number(page[field]), 0);
    const [done] = events('sync', 'done');
    expect(done).toMatchObject({ pages: pages.length, records: sum('records'), rejected: sum('rejected') });
    expect(done?.records).toBe(sample.records);
    const hash = createHash('sha256');
    for (const page of pages) hash.update(`${page.page_sha256}\n`);
    expect(done?.run_sha256).toBe(hash.digest('hex'));
    expect(events('sync', 'dead-letter')).toHaveLength(sum('rejected'));
  });

  it('tell every retry with the ids under which it was sent', () => {
    const retries = events('sync', 'retry');
    expect(new Set(retries.map(({ status, error }) => status ?? error)).size).toBeGreaterThanOrEqual(8);
    expect(new Set(retries.map(({ correlation_id: id }) => id)).size).toBe(1);
    expect(new Set(retries.map(({ request_id: id }) => id)).size).toBe(retries.length);
    expect(retries.filter(({ reason }) => reason === 'retry-after')).toEqual([
      expect.objectContaining({ status: 429, delay_ms: 1000 }),
    ]);
    expect(events('sync', 'token')).toHaveLength(2);
  });

  it('tell each kind of drift once', () => {
    const drift = events('sync', 'drift').map(({ field, kind }) => `${field} ${kind}`);
    expect(drift).toContain('desk added');
    expect(new Set(drift).size).toBe(drift.length);
  });

  it('tell a reconciliation first and then its breaks, as many of each category as it says', () => {
    const ended = said.get('reconcile');
    expect(ended?.code).toBe(0);
    const [recon, ...breaks] = eventsOf(ended?.stdout ?? '');
    expect(recon?.type).toBe('recon');
    const counts: Record<string, number> = {};
    for (const { category } of breaks) counts[String(category)] = (counts[String(category)] ?? 0) + 1;
    expect(counts).toEqual(recon?.by_category);
    expect(breaks).toHaveLength(Number(recon?.breaks));
    expect(new Set(breaks.map(({ break_id: id }) => id)).size).toBe(breaks.length);
  });

  it('end with 1 where breaks are not to be', () => {
    expect(said.get('fail')).toMatchObject({ code: 1, stdout: said.get('reconcile')?.stdout });
  });

  it('tell each file of a report with its hash', () => {
    const files = events('report', 'report');
    // Ten sheets and the manifest.
    expect(files).toHaveLength(11);
    for (const { path, sha256 } of files) {
      expect(
        createHash('sha256')
          .update(readFileSync(String(path)))
          .digest('hex'),
      ).toBe(sha256);
    }
  });

  it('tell of trades and curves what they tell of settlements', () => {
    for (const resource of ['trades', 'curves']) {
      const pages = events(resource, 'page');
      const [done] = events(resource, 'done');
      expect(done).toMatchObject({ month: MONTH, pages: pages.length, rejected: 0 });
      expect(done?.records).toBe(pages.reduce((total, page) => total + Number(page.records), 0));
      expect(Number(done?.records)).toBeGreaterThan(0);
    }
    expect(events('trades', 'page').length).toBeGreaterThan(1);
    expect(events('trades', 'page')[0]).toMatchObject({ records: 2 });
  });

  it('verify all three resources', () => {
    const pages = ['sync', 'trades', 'curves'].flatMap((name) => events(name, 'page'));
    expect(events('verify', 'verify')).toEqual([
      expect.objectContaining({
        pages: pages.length,
        records: pages.reduce((total, page) => total + Number(page.records), 0),
        differences: 0,
      }),
    ]);
  });
});

describe('in words', () => {
  it('the same is said without JSON, and nothing but errors with --quiet', async () => {
    const reconcile = ['reconcile', '--month', MONTH, '--workspace', workspace];
    const words = await tieout(reconcile);
    expect(words.stdout).toMatch(/^2024-11 reconciled: [\d,]+ matched, \d+ breaks \(/);
    expect(words.stdout).not.toContain('{');
    expect(await tieout([...reconcile, '--quiet'])).toEqual({ code: 0, stdout: '', stderr: '' });
  });
});
