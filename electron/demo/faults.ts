import { noise, shuffled } from './noise.ts';

/**
 * What a vendor's edge does to a request that was well formed. All pass: the same request, sent again, is served.
 * - `rate-limit-wait`: 429 with `Retry-After: 1`; `rate-limit`: 429 without
 * - `status-*`: that status with an edge's HTML page
 * - `reset`: the connection is reset before any header
 * - `cut`: a true `Content-Length`, half the body, then the connection closes
 * - `revoked`: 401 `invalid_token`; the token presented is dead from then on, a new one works
 */
export const FAULT_KINDS = [
  'rate-limit',
  'status-502',
  'status-504',
  'status-520',
  'status-521',
  'status-522',
  'status-523',
  'status-524',
  'reset',
  'cut',
  'rate-limit-wait',
  'revoked',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** Those that cost a client of the seed's policy no backoff of its own: last, so that they fall second on a page. */
const CHEAP: readonly FaultKind[] = ['rate-limit-wait', 'revoked'];

const ORDER = 900;
const LATER = 901;
const FIRST_FAULTY_PAGE = 2;

/**
 * The script: which faults a page of `settlements` meets, in order, before it is served. Each kind comes once in
 * pages 2 to 13, one a page; where a month has fewer pages, some meet two (the second mostly one that costs no
 * backoff), and under 7 pages some kinds are left out. Page 1 meets none. After page 13 about one page in 25
 * meets one fault. No page meets more than two, so that four retries always suffice.
 * @param pages how many pages the request's range and page size make
 */
export function faultsOfPage(seed: number, page: number, pages: number): readonly FaultKind[] {
  if (page < FIRST_FAULTY_PAGE || page > pages) return [];
  const transient = FAULT_KINDS.filter((kind) => !CHEAP.includes(kind));
  const order = [...shuffled(transient, seed, ORDER), ...CHEAP];
  const place = page - FIRST_FAULTY_PAGE;
  const faultyPages = Math.min(pages - FIRST_FAULTY_PAGE + 1, order.length);
  if (place < faultyPages) {
    return [order[place], order[place + faultyPages]].filter((kind) => kind !== undefined);
  }
  const later = noise(seed, LATER, page);
  const kind = order[later % order.length];
  return later % 25 === 0 && kind ? [kind] : [];
}

/**
 * Which fault the next request for a page meets. The script runs once for each sync: requests with the same
 * correlation id are one sync; without an id, asking for page 1 begins a new one.
 */
export class FaultScript {
  readonly #seed: number;
  readonly #runs = new Map<string, Map<string, number>>();

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** @param range what tells this listing from others, such as its dates and page size */
  next(correlationId: string | null, range: string, page: number, pages: number): FaultKind | null {
    const run = correlationId ?? '';
    if (correlationId === null && page === 1) this.#runs.delete(run);
    let met = this.#runs.get(run);
    if (!met) {
      met = new Map();
      this.#runs.set(run, met);
      this.#forgetOldest();
    }
    const key = `${range}#${page}`;
    const count = met.get(key) ?? 0;
    const fault = faultsOfPage(this.#seed, page, pages)[count] ?? null;
    if (fault) met.set(key, count + 1);
    return fault;
  }

  #forgetOldest(): void {
    const [oldest] = this.#runs.keys();
    if (this.#runs.size > 100 && oldest !== undefined) this.#runs.delete(oldest);
  }
}
