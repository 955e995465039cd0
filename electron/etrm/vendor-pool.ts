/**
 * One open vendor for each connection while anybody uses it: several months or resources at once share its
 * connections, its token and its limits.
 */
import { createHash } from 'node:crypto';
import type { Secret } from '../credentials/secret.ts';
import type { VendorSettings } from './vendor-settings.ts';
import { type OpenVendor, openVendor, type VendorParts, type VendorSource } from './vendor-source.ts';

interface Shared {
  readonly vendor: OpenVendor;
  users: number;
}

/** Two that agree in all of this are the same; the secret is in it as a digest, so that a new one takes effect. */
function keyOf(source: VendorSource, secret: Secret, settings: VendorSettings): string {
  const { baseUrl, tokenUrl, clientId, scope, caFile, allowHttp } = source;
  const digest = createHash('sha256').update(secret.reveal()).digest('hex');
  return JSON.stringify(
    [baseUrl, tokenUrl, clientId, scope, caFile, allowHttp, digest, settings],
    (_, value: unknown) => (value instanceof Set ? [...value] : value),
  );
}

export class VendorPool {
  readonly #parts: VendorParts;
  readonly #open = new Map<string, Shared>();

  constructor(parts: VendorParts) {
    this.#parts = parts;
  }

  /** Vendors that are open. */
  get size(): number {
    return this.#open.size;
  }

  /**
   * The vendor, opened or shared; `close` gives it back, and the last to do so closes it.
   * @throws TieoutError `connection-invalid`, `file-unreadable`.
   */
  open(source: VendorSource, secret: Secret, settings: VendorSettings): OpenVendor {
    const key = keyOf(source, secret, settings);
    const shared = this.#open.get(key) ?? {
      vendor: openVendor(this.#parts, source, secret, settings),
      users: 0,
    };
    this.#open.set(key, shared);
    shared.users += 1;
    let held = true;
    return {
      ...shared.vendor,
      close: async () => {
        if (!held) return;
        held = false;
        shared.users -= 1;
        if (shared.users > 0) return;
        this.#open.delete(key);
        await shared.vendor.close();
      },
    };
  }
}
