import { onTestFinished } from 'vitest';
import { Redactor, Secret } from '../../../../electron/credentials/secret.ts';
import { VendorPool } from '../../../../electron/etrm/vendor-pool.ts';
import { type VendorOverrides, vendorSettings } from '../../../../electron/etrm/vendor-settings.ts';
import {
  DEFAULT_SCOPE,
  type OpenVendor,
  type VendorParts,
  type VendorSource,
} from '../../../../electron/etrm/vendor-source.ts';
import { createLog } from '../../../../electron/log/log.ts';
import { NO_PROXY } from './loop.ts';
import { TestClock } from './test-clock.ts';
import { type Answer, json } from './test-server.ts';
import { CLIENT } from './token-source.ts';

/** Answers `/oauth2/token` with `token-<n>` and everything else with `answer`. */
export function withTokens(answer: Answer, grant: (n: number) => unknown = granted): Answer {
  let tokens = 0;
  return (response, seen, request) => {
    if (seen.url.pathname !== '/oauth2/token') return answer(response, seen, request);
    tokens += 1;
    json(response, grant(tokens));
  };
}

function granted(n: number): unknown {
  return { access_token: `token-${n}`, token_type: 'Bearer', expires_in: 3600 };
}

export function sourceOf(origin: string, differing: Partial<VendorSource> = {}): VendorSource {
  return {
    connection: null,
    baseUrl: origin,
    tokenUrl: `${origin}/oauth2/token`,
    clientId: CLIENT.id,
    scope: DEFAULT_SCOPE,
    caFile: null,
    allowHttp: false,
    ...differing,
  };
}

export interface VendorBench {
  readonly clock: TestClock;
  readonly pool: VendorPool;
  readonly lines: Record<string, unknown>[];
  open(differing?: Partial<VendorSource>, overrides?: VendorOverrides): OpenVendor;
}

/** A pool of vendors, and vendors of it on one origin; all of them closed with the test. */
export function vendorBench(origin: string): VendorBench {
  const clock = new TestClock();
  const lines: Record<string, unknown>[] = [];
  const redactor = new Redactor();
  let ids = 0;
  const parts: VendorParts = {
    clock,
    random: () => 0,
    newId: () => {
      ids += 1;
      return `request-${ids}`;
    },
    log: createLog([(line) => lines.push(JSON.parse(line))], redactor),
    redactor,
  };
  const pool = new VendorPool(parts);
  return {
    clock,
    pool,
    lines,
    open: (differing = {}, overrides = {}) => {
      const settings = vendorSettings({
        ...overrides,
        transport: { proxy: NO_PROXY, ...overrides.transport },
      });
      const vendor = pool.open(sourceOf(origin, differing), new Secret(CLIENT.secret), settings);
      onTestFinished(() => vendor.close());
      return vendor;
    },
  };
}
