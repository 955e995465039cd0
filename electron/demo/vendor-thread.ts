/** The embedded vendor on a thread of its own, so that serving pages takes no time from the sync beside it. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { type ErrorShape, TieoutError } from '../../shared/errors.ts';
import type { Vendor, VendorOptions } from './vendor.ts';

type VendorAddress = Pick<Vendor, 'baseUrl' | 'tokenUrl' | 'clientId' | 'clientSecret'>;

export interface VendorThread extends VendorAddress {
  close(): Promise<void>;
}

type Answer =
  | { readonly ok: true; readonly value: VendorAddress }
  | { readonly ok: false; readonly error: ErrorShape };

/** @throws TieoutError as `startVendor` does. */
export async function startVendorThread(options: VendorOptions): Promise<VendorThread> {
  const file = import.meta.url.endsWith('.ts') ? './vendor-worker.ts' : './vendor-worker.js';
  const worker = new Worker(new URL(file, import.meta.url), { workerData: options });
  const answer = await new Promise<Answer>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  if (!answer.ok) throw new TieoutError(answer.error.code, answer.error.message, answer.error.details);
  const ended = once(worker, 'exit');
  return {
    ...answer.value,
    close: async () => {
      worker.postMessage('close');
      await ended;
    },
  };
}
