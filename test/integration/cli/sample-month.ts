/** The sample month in a workspace, by command: synced, its ledger imported, reconciled and reported. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { SAMPLE_LEDGER_FILE, writeSampleLedger } from '../../../electron/demo/ledger.ts';
import { startVendor } from '../../../electron/demo/vendor.ts';
import { type Ended, SECRET, syncArgs, temporaryFolder } from './command.ts';
import { tieout } from './in-process.ts';

export const MONTH = '2024-03';

export interface SampleMonth {
  readonly folder: string;
  readonly workspace: string;
  readonly ledger: string;
  /** `tieout-2024-03.json` and the CSV sheets, with their manifests. */
  readonly reports: string;
  readonly synced: Ended;
  readonly reconciled: Ended;
}

async function good(args: readonly string[]): Promise<Ended> {
  const ended = await tieout([...args, '--json']);
  if (ended.code !== 0) throw new Error(`${args[0]}: ${ended.stderr}`);
  return ended;
}

export async function sampleMonth(records = 300, seed = 11): Promise<SampleMonth> {
  const folder = temporaryFolder();
  const workspace = join(folder, 'workspace');
  const reports = join(folder, 'out');
  const ledger = join(folder, SAMPLE_LEDGER_FILE);
  mkdirSync(reports);
  await writeSampleLedger(ledger, { month: MONTH, records, seed });
  const vendor = await startVendor({ month: MONTH, records, seed, clientSecret: SECRET });
  const here = ['--workspace', workspace];
  try {
    const synced = await good([...syncArgs(vendor, MONTH, '--page-size', '25'), ...here]);
    for (const resource of ['trades', 'curves'])
      await good([...syncArgs(vendor, MONTH, '--resource', resource), ...here]);
    await good(['import', ledger, '--as', 'ledger', '--month', MONTH, ...here]);
    const reconciled = await good(['reconcile', '--month', MONTH, ...here]);
    for (const format of ['json', 'csv'])
      await good(['report', '--month', MONTH, '--format', format, '--out', reports, ...here]);
    return { folder, workspace, ledger, reports, synced, reconciled };
  } finally {
    await vendor.close();
  }
}
