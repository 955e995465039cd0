/** The worker's side of `vendor-thread.ts`: starts the vendor, says where it is, ends it when told. */
import { parentPort, workerData } from 'node:worker_threads';
import { asTieoutError } from '../../shared/errors.ts';
import { startVendor } from './vendor.ts';

const port = parentPort;
if (port) {
  try {
    const { baseUrl, tokenUrl, clientId, clientSecret, close } = await startVendor(workerData);
    port.once('message', () => {
      void close().then(() => port.close());
    });
    port.postMessage({ ok: true, value: { baseUrl, tokenUrl, clientId, clientSecret } });
  } catch (error) {
    port.postMessage({ ok: false, error: asTieoutError(error).toShape() });
    port.close();
  }
}
