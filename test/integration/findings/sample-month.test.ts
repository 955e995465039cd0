/** The sample month synced from the embedded vendor: trades and curves first, then the settlements that are held against them. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { App } from '../../../electron/app.ts';
import { Secret } from '../../../electron/credentials/secret.ts';
import { sampleBook } from '../../../electron/demo/book.ts';
import { plantedFindings } from '../../../electron/demo/finding-plants.ts';
import { startVendor, type Vendor } from '../../../electron/demo/vendor.ts';
import type { TieoutEvent } from '../../../shared/events.ts';
import { RESOURCES, type Resource } from '../../../shared/resource.ts';
import { monthOf, temporaryApp, unwatched } from '../../unit/workspace/temporary.ts';

const sample = { month: '2024-03', records: 6000, seed: 5 } as const;
const MARCH = monthOf(sample.month);

async function sync(app: App, vendor: Vendor, resource: Resource): Promise<readonly TieoutEvent[]> {
  const events: TieoutEvent[] = [];
  await app.sync({
    source: {
      connection: 'vendor',
      baseUrl: vendor.baseUrl,
      tokenUrl: vendor.tokenUrl,
      clientId: vendor.clientId,
      scope: '',
      caFile: null,
      allowHttp: false,
    },
    secret: new Secret(vendor.clientSecret),
    month: MARCH,
    resource,
    pageSize: 500,
    concurrency: 4,
    backoffFactorS: 0.01,
    signal: unwatched.signal,
    emit: (event) => events.push(event),
    onRun: () => {},
  });
  return events;
}

async function found(app: App): Promise<readonly string[]> {
  const rows = await app.workspace.database.rows(
    `SELECT f.code || ' ' || f.settlement_id AS text FROM finding f
     WHERE NOT EXISTS (SELECT 1 FROM settlement s
       WHERE s.run_id = f.run_id AND s.settlement_id = f.settlement_id AND s.version > f.version)`,
  );
  return rows.map((row) => row.text('text')).sort();
}

const dones = (events: readonly TieoutEvent[]) => events.filter((event) => event.type === 'done');

describe.each([true, false])('a month of a vendor that errs: %s', (faults) => {
  let app: App;
  let vendor: Vendor;
  const events = new Map<Resource, readonly TieoutEvent[]>();
  beforeAll(async () => {
    app = await temporaryApp();
    vendor = await startVendor({ ...sample, faults });
    for (const resource of [...RESOURCES].reverse()) events.set(resource, await sync(app, vendor, resource));
  });
  afterAll(() => vendor.close());

  it('has the findings that were planted, and none besides', async () => {
    const planted = faults ? plantedFindings(sampleBook(sample)) : [];
    expect(await found(app)).toEqual(
      planted.map(({ code, settlementId }) => `${code} ${settlementId}`).sort(),
    );
    if (faults) {
      expect(new Set(planted.map(({ code }) => code)).size).toBe(8);
      expect(planted.length).toBeGreaterThan(10);
    }
    const [done] = dones(events.get('settlements') ?? []);
    expect(done).toMatchObject({ findings: planted.length });
    expect(dones(events.get('curves') ?? [])[0]).not.toHaveProperty('findings');
  });

  it('verifies, findings and curves with it', async () => {
    expect((await app.verify({ month: MARCH, ...unwatched })).differences).toEqual([]);
  });
});
