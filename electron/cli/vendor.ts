import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startVendor } from '../demo/vendor.ts';
import { type CommonOptions, monthOption, numberOption, type Session } from './session.ts';

export interface VendorCommandOptions extends CommonOptions {
  readonly port: string;
  readonly month: string;
  readonly records: string;
  readonly seed: string;
  readonly latencyMs: string;
  readonly faults?: boolean;
  readonly tls?: boolean;
  readonly recordsFile?: string;
}

export const VENDOR_DEFAULTS = {
  port: '0',
  month: '2024-03',
  records: '25000',
  seed: '1',
  latencyMs: '0',
} as const;

/** Serves until it is interrupted, which is its ordinary end. */
export async function vendorCommand(session: Session, options: VendorCommandOptions): Promise<number> {
  const secret = session.environmentSecret();
  const vendor = await startVendor({
    port: numberOption(options.port, '--port', 0, 65_535),
    month: monthOption(options.month),
    records: numberOption(options.records, '--records', 1, 10_000_000),
    seed: numberOption(options.seed, '--seed', 0, 2 ** 31),
    latencyMs: numberOption(options.latencyMs, '--latency-ms', 0, 600_000),
    faults: options.faults ?? false,
    tls: options.tls ?? false,
    ...(options.recordsFile !== undefined && { recordsFile: options.recordsFile }),
    ...(secret !== null && { clientSecret: secret.reveal() }),
  });
  let caFile: string | null = null;
  if (vendor.caPem !== null) {
    caFile = join(tmpdir(), `tieout-vendor-ca-${process.pid}.pem`);
    await writeFile(caFile, vendor.caPem);
  }
  const words = [
    `vendor      ${vendor.baseUrl}`,
    `token URL   ${vendor.tokenUrl}`,
    `client id   ${vendor.clientId}`,
    secret === null
      ? `secret      ${vendor.clientSecret} (made up; TIEOUT_CLIENT_SECRET sets another)`
      : 'secret      as in TIEOUT_CLIENT_SECRET',
    ...(caFile === null ? [] : [`CA file     ${caFile}`]),
    'Ctrl-C ends it.',
  ].join('\n');
  session.out.event(
    {
      type: 'vendor',
      base_url: vendor.baseUrl,
      token_url: vendor.tokenUrl,
      client_id: vendor.clientId,
      ca_file: caFile,
    },
    words,
  );
  await new Promise<void>((resolve) => {
    if (session.signal.aborted) resolve();
    else session.signal.addEventListener('abort', () => resolve(), { once: true });
  });
  await vendor.close();
  return 0;
}
