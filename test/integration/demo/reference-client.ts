import { setTimeout as wait } from 'node:timers/promises';
import type { Vendor } from '../../../electron/demo/vendor.ts';

const RETRIED = [429, 502, 504, 520, 521, 522, 523, 524];
const RETRIES = 4;
const BACKOFF_FACTOR_S = 1.5;

export interface SyncedPage {
  readonly text: string;
  readonly results: readonly unknown[];
  readonly attempts: number;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

export async function fetchToken(vendor: Vendor): Promise<string> {
  const answer = await fetch(vendor.tokenUrl, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: vendor.clientId,
      client_secret: vendor.clientSecret,
      scope: 'trade:read settlement:write',
    }),
  });
  const body: unknown = await answer.json();
  if (!isObject(body) || typeof body.access_token !== 'string') throw new Error(`no token: ${answer.status}`);
  return body.access_token;
}

export function listingUrl(
  vendor: Vendor,
  query: Readonly<Record<string, string>>,
  resource = 'settlements',
) {
  return `${vendor.baseUrl}/api/v2/${resource}?${new URLSearchParams(query)}`;
}

/**
 * A sync as the seed's client does it: page by page, four retries on the seed's statuses, on dropped connections
 * and on cut bodies, a new token after a 401. The bodies are those that were served in the end.
 */
export async function syncLikeTheSeed(
  vendor: Vendor,
  { start, end, pageSize }: { start: string; end: string; pageSize: number },
  headers: Readonly<Record<string, string>> = {},
): Promise<readonly SyncedPage[]> {
  const pages: SyncedPage[] = [];
  let token = await fetchToken(vendor);
  for (let page = 1; ; page += 1) {
    const url = listingUrl(vendor, {
      start_date: start,
      end_date: end,
      page_size: String(pageSize),
      page: String(page),
    });
    let attempts = 0;
    let failures = 0;
    let text: string | null = null;
    while (text === null) {
      attempts += 1;
      const outcome = await attempt(url, { ...headers, authorization: `Bearer ${token}` });
      if (typeof outcome === 'string') text = outcome;
      else if (outcome.status === 401) token = await fetchToken(vendor);
      else {
        failures += 1;
        if (failures > RETRIES) throw new Error(`retries exhausted on page ${page}`);
        const backoff = failures === 1 ? 0 : BACKOFF_FACTOR_S * 2 ** (failures - 1);
        await wait(1000 * (outcome.retryAfterS ?? backoff));
      }
    }
    const body: unknown = JSON.parse(text);
    if (!isObject(body) || !Array.isArray(body.results)) throw new Error(`no results: ${text.slice(0, 80)}`);
    if (body.results.length === 0) return pages;
    pages.push({ text, results: body.results, attempts });
    if (!body.next_page) return pages;
  }
}

async function attempt(
  url: string,
  headers: Readonly<Record<string, string>>,
): Promise<string | { status: number | null; retryAfterS: number | null }> {
  let answer: Response;
  try {
    answer = await fetch(url, { headers });
    if (answer.ok) return await answer.text();
  } catch {
    return { status: null, retryAfterS: null };
  }
  await answer.text();
  if (answer.status !== 401 && !RETRIED.includes(answer.status)) throw new Error(`status ${answer.status}`);
  const after = answer.headers.get('retry-after');
  return { status: answer.status, retryAfterS: after === null ? null : Number(after) };
}
