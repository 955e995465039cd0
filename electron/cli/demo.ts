/** The whole month headless, on made-up data: what was planted must be what is found. */
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { grouped } from '../../shared/decimal.ts';
import { TieoutError } from '../../shared/errors.ts';
import type { ImportEvent } from '../../shared/events.ts';
import type { Month } from '../../shared/month.ts';
import type { App } from '../app.ts';
import { memoryKeychain } from '../credentials/keychain.ts';
import { Secret } from '../credentials/secret.ts';
import { sampleBook } from '../demo/book.ts';
import { plantedFindings } from '../demo/finding-plants.ts';
import { type PlantedTruth, SAMPLE_LEDGER_FILE, writeSampleLedger } from '../demo/ledger.ts';
import { startVendorThread, type VendorThread } from '../demo/vendor-thread.ts';
import { countFindings } from '../findings/list.ts';
import { breaksOf } from '../views/breaks.ts';
import { findingDifferences, plantedDifferences } from './demo-truth.ts';
import { breakEvent, reconEvent, verifyEvent } from './month-commands.ts';
import { ProgressBar } from './progress-bar.ts';
import { type CommonOptions, monthOption, numberOption, type Session } from './session.ts';
import { inWords, totalsInWords } from './wording.ts';

export interface DemoOptions extends CommonOptions {
  readonly out: string;
  readonly month: string;
  readonly records: string;
  readonly seed: string;
  readonly faults?: boolean;
}

export const DEMO_DEFAULTS = { out: 'tieout-demo', month: '2024-03', records: '25000', seed: '1' } as const;

const CONNECTION = 'demo';
const MARKER = '.tieout-demo';
const PAGE_SIZE = 1000;

/** An empty folder, or one that an earlier demo made, emptied. @throws TieoutError `file-exists` for any other. */
async function freshFolder(folder: string): Promise<void> {
  if (existsSync(folder)) {
    const made = await readFile(join(folder, MARKER), 'utf8').catch(() => null);
    if (made === null) {
      throw new TieoutError(
        'file-exists',
        `${folder} exists and was not made by a demo; name another folder with --out DIR.`,
        { path: folder },
      );
    }
    await rm(folder, { recursive: true, force: true });
  }
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, MARKER), 'Made by tieout demo, which may replace it.\n');
}

interface Prepared {
  readonly truth: PlantedTruth;
  readonly imported: ImportEvent;
}

interface Demo {
  readonly session: Session;
  readonly app: App;
  readonly month: Month;
  readonly folder: string;
  readonly records: number;
  readonly seed: number;
  readonly faults: boolean;
}

async function syncDemo(demo: Demo, starting: Promise<VendorThread>): Promise<void> {
  const { session, app, month, records, seed } = demo;
  const { out } = session;
  const vendor = await starting;
  out.say(
    `Embedded vendor at ${vendor.baseUrl}, ${grouped(String(records))} settlements of ${month} (made up from seed ${seed})`,
  );
  await app.connections.save(
    {
      name: CONNECTION,
      baseUrl: vendor.baseUrl,
      tokenUrl: vendor.tokenUrl,
      clientId: vendor.clientId,
      scope: '',
      caFile: null,
      allowHttp: false,
    },
    new Secret(vendor.clientSecret),
  );
  const asked = {
    source: await app.connections.source(CONNECTION),
    secret: await app.connections.secret(CONNECTION),
    month,
    pageSize: PAGE_SIZE,
    concurrency: 4,
    backoffFactorS: 1.5,
    signal: session.signal,
    onRun: () => {},
  };
  // First what the settlements are held against as they come in.
  for (const resource of ['trades', 'curves'] as const) {
    await app.sync({
      ...asked,
      resource,
      emit: (event) => {
        if (out.options.json) out.event(event);
        else if (event.type === 'done') {
          const what = resource === 'trades' ? 'trades' : 'points of curves';
          out.say(`${grouped(String(event.records))} ${what} synced`);
        }
      },
    });
  }
  const bar = new ProgressBar(out, records);
  let received = 0;
  await app.sync({
    ...asked,
    resource: 'settlements',
    emit: (event) => {
      if (out.options.json) out.event(event);
      else if (event.type === 'page') {
        received += event.records;
        bar.show(
          received,
          `page ${event.page}  ${grouped(String(received))} records  ${event.page_sha256.slice(0, 16)}`,
        );
      } else if (event.type === 'retry' || event.type === 'dead-letter' || event.type === 'done') {
        if (event.type === 'done') bar.end();
        const words = inWords(event);
        if (words !== null) out.say(words);
      }
    },
  });
}

/** The extract and what was planted in it, imported. */
async function importDemo({ session, app, month, folder, records, seed }: Demo): Promise<Prepared> {
  const path = join(folder, SAMPLE_LEDGER_FILE);
  const truth = await writeSampleLedger(path, { month, records, seed });
  const imported = await app.importLedger({ path, month, signal: session.signal, onProgress: () => {} });
  return { truth, imported };
}

async function tieOut(demo: Demo, { truth, imported }: Prepared): Promise<number> {
  const { session, app, month, folder } = demo;
  const { out } = session;
  const quietly = { signal: session.signal, onProgress: () => {} };
  out.event(imported, inWords(imported));

  const recon = await app.reconcile({ month, source: CONNECTION, ...quietly });
  const event = reconEvent(recon);
  out.event(event, inWords(event));
  const found = [];
  for await (const each of breaksOf(app.workspace.database, recon.recon_id)) {
    found.push(each);
    out.event(breakEvent(each));
  }
  const planted = demo.faults ? plantedFindings(sampleBook(demo)) : [];
  const findings = await countFindings(app.workspace.database, recon.run_id);
  const differences = [...plantedDifferences(truth, recon, found), ...findingDifferences(planted, findings)];
  for (const difference of differences) out.say(`not as planted: ${difference}`);

  const reports = await Promise.all(
    (['json', 'csv'] as const).map((format) =>
      app.report({
        month,
        format,
        out: join(folder, 'report', `tieout-${month}.${format}`),
        overwrite: true,
        ...quietly,
      }),
    ),
  );
  const files = reports.flat();
  for (const file of files) out.event(file);

  const verified = await app.verify({ month, ...quietly });
  const check = verifyEvent(verified);
  out.event(check, inWords(check));
  for (const { subject, name, expected, found: seen } of verified.differences) {
    out.say(`differs: ${subject} ${name}: expected ${expected}, found ${seen}`);
  }
  out.say('');
  out.say(`ETRM     ${totalsInWords(recon.etrm_total)}`);
  out.say(`Ledger   ${totalsInWords(recon.ledger_total)}`);
  out.say(
    differences.length === 0
      ? `Planted  ${truth.breaks.length} breaks, found ${recon.breaks}: the same, each with its category and difference`
      : `Planted  ${truth.breaks.length} breaks, found ${recon.breaks}: they differ`,
  );
  out.say(`Findings ${planted.length} planted in trades and curves, found ${findings.total}`);
  out.say(`Report   ${relative(process.cwd(), files[0]?.path ?? '') || files[0]?.path}`);
  out.say(`Folder   ${relative(process.cwd(), folder) || folder} (workspace, ledger extract, reports)`);
  if (differences.length > 0) {
    throw new TieoutError(
      'check-failed',
      `The demo found something else than was planted (${differences[0]}); this is a defect, report it.`,
    );
  }
  if (verified.differences.length > 0) {
    throw new TieoutError(
      'check-failed',
      `The demo's verification found ${verified.differences.length} differences; this is a defect, report it.`,
    );
  }
  return 0;
}

export async function demoCommand(session: Session, options: DemoOptions): Promise<number> {
  const month = monthOption(options.month);
  const records = numberOption(options.records, '--records', 1, 10_000_000);
  const seed = numberOption(options.seed, '--seed', 0, 2 ** 31);
  const folder = resolve(options.out);
  await freshFolder(folder);
  const faults = options.faults ?? false;
  const starting = startVendorThread({ month, records, seed, faults });
  try {
    const app = await session.app(options.workspace ?? join(folder, 'workspace'), memoryKeychain());
    const demo: Demo = { session, app, month, folder, records, seed, faults };
    // The extract is made and imported while the vendor starts and the pages come: each waits for the other's disk.
    const [synced, prepared] = await Promise.allSettled([syncDemo(demo, starting), importDemo(demo)]);
    if (synced.status === 'rejected') throw synced.reason;
    if (prepared.status === 'rejected') throw prepared.reason;
    return await tieOut(demo, prepared.value);
  } finally {
    await starting.then(
      (vendor) => vendor.close(),
      () => {},
    );
  }
}
