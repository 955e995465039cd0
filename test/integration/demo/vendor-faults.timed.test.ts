import { afterEach, describe, expect, it } from 'vitest';
import { FAULT_KINDS } from '../../../electron/demo/faults.ts';
import { startVendor, type Vendor, type VendorOptions } from '../../../electron/demo/vendor.ts';
import { paced } from '../../pace.ts';
import { fetchToken, listingUrl, syncLikeTheSeed } from './reference-client.ts';

const started: Vendor[] = [];
async function start(options: Partial<VendorOptions> = {}): Promise<Vendor> {
  const vendor = await startVendor({ month: '2024-03', records: 2500, seed: 1, faults: true, ...options });
  started.push(vendor);
  return vendor;
}
afterEach(() => Promise.all(started.splice(0).map((vendor) => vendor.close())));

const march = { start: '2024-03-01', end: '2024-03-31', pageSize: 100 };
const everyKind = [...FAULT_KINDS].sort();
const kindsSeen = (vendor: Vendor) => Object.keys(vendor.stats().faults).sort();

describe('a faulty vendor', () => {
  it('shows every kind of fault in 25 pages, and a client of the seed’s policy gets every byte in a few seconds', async () => {
    const sound = await start({ faults: false });
    const faulty = await start();
    const begun = performance.now();
    const pages = await syncLikeTheSeed(faulty, march);
    const took = performance.now() - begun;
    expect(took).toBeLessThan(paced(5000));
    const expected = await syncLikeTheSeed(sound, march);
    expect(pages.map(({ text }) => text)).toEqual(expected.map(({ text }) => text));
    expect(pages).toHaveLength(25);
    expect(kindsSeen(faulty)).toEqual(everyKind);
    expect(faulty.stats()).toMatchObject({ tokensIssued: 2, unauthorized: 1 });
    expect(sound.stats().faults).toEqual({});
  });

  it('shows them anew to each sync, told apart by its correlation id', async () => {
    const faulty = await start();
    await syncLikeTheSeed(faulty, march, { 'x-correlation-id': 'a' });
    const once = faulty.stats().faults;
    await syncLikeTheSeed(faulty, march, { 'x-correlation-id': 'b' });
    const twice = faulty.stats().faults;
    expect(Object.entries(twice)).toEqual(Object.entries(once).map(([kind, count]) => [kind, 2 * count]));
  });

  it('over TLS too', async () => {
    const faulty = await start({ tls: true, records: 1400 });
    const { Agent, request } = await import('undici');
    const dispatcher = new Agent({ connect: { ca: faulty.caPem ?? '' } });
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: faulty.clientId,
      client_secret: faulty.clientSecret,
    }).toString();
    const seen: (number | string)[] = [];
    let authorization = '';
    for (let page = 1, served = 0; served < 14; ) {
      if (authorization === '') {
        const headers = { 'content-type': 'application/x-www-form-urlencoded' };
        const answer = await request(faulty.tokenUrl, { method: 'POST', headers, body: form, dispatcher });
        authorization = `Bearer ${/"access_token":"([^"]+)"/.exec(await answer.body.text())?.[1]}`;
      }
      const url = listingUrl(faulty, {
        start_date: march.start,
        end_date: march.end,
        page_size: '100',
        page: String(page),
      });
      try {
        const answer = await request(url, { headers: { authorization }, dispatcher });
        await answer.body.text();
        seen.push(answer.statusCode);
        if (answer.statusCode === 401) authorization = '';
        if (answer.statusCode === 200) {
          served += 1;
          page += 1;
        }
      } catch (error) {
        seen.push(error instanceof Error && 'code' in error ? String(error.code) : String(error));
      }
    }
    await dispatcher.close();
    expect(seen.filter((status) => status === 200)).toHaveLength(14);
    for (const status of [401, 429, 502, 504, 520, 521, 522, 523, 524, 'UND_ERR_SOCKET']) {
      expect(seen).toContain(status);
    }
    expect(kindsSeen(faulty)).toEqual(everyKind);
  });

  it('sends Retry-After with one of its 429 answers and not with the other', async () => {
    const faulty = await start();
    const token = await fetchToken(faulty);
    const waits: (string | null)[] = [];
    for (let page = 2; page <= 13; page += 1) {
      const url = listingUrl(faulty, {
        start_date: march.start,
        end_date: march.end,
        page_size: '100',
        page: String(page),
      });
      const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } }).catch(() => null);
      if (answer?.status === 429) waits.push(answer.headers.get('retry-after'));
      await answer?.text().catch(() => '');
    }
    expect(waits.sort()).toEqual(['1', null]);
  });
});
