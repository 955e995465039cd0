/** A vendor's pages, fetched once, so that what is measured later does not render them. */
import type { Vendor } from '../../electron/demo/vendor.ts';
import { type Month, monthDays } from '../../shared/month.ts';

async function accessToken({ tokenUrl, clientId, clientSecret }: Vendor): Promise<string> {
  const answer = await fetch(tokenUrl, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
      scope: 'trade:read settlement:write',
    }),
  });
  const issued: unknown = await answer.json();
  return typeof issued === 'object' && issued !== null && 'access_token' in issued
    ? String(issued.access_token)
    : '';
}

/** Bodies of all pages of settlements. */
export async function fetchBodies(
  vendor: Vendor,
  month: Month,
  records: number,
  pageSize: number,
): Promise<readonly Uint8Array[]> {
  const token = await accessToken(vendor);
  const days = monthDays(month);
  const bodies: Uint8Array[] = [];
  for (let page = 1; (page - 1) * pageSize < records; page += 1) {
    const query = new URLSearchParams({
      start_date: days.start,
      end_date: days.end,
      page_size: String(pageSize),
      page: String(page),
    });
    const answer = await fetch(`${vendor.baseUrl}/api/v2/settlements?${query}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    bodies.push(new Uint8Array(await answer.arrayBuffer()));
  }
  return bodies;
}
