/**
 * A vendor that does nothing while it is measured: every page is rendered before it listens. Usage:
 * `node test/bench/prerendered-vendor.ts MONTH RECORDS PAGE_SIZE LATENCY_MS`; prints its port on the first line and ends
 * with its standard input.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startVendor } from '../../electron/demo/vendor.ts';
import { parseMonth } from '../../shared/month.ts';
import { fetchBodies } from './vendor-bodies.ts';

const [monthText = '2024-03', recordsText = '200000', pageSizeText = '1000', latencyText = '0'] =
  process.argv.slice(2);
const month = parseMonth(monthText);
if (month === null) throw new Error(`${monthText} is no month`);
const pageSize = Number(pageSizeText);
const latencyMs = Number(latencyText);

const source = await startVendor({ month: monthText, records: Number(recordsText), seed: 1 });
const pages = await fetchBodies(source, month, Number(recordsText), pageSize);
await source.close();
const EMPTY = Buffer.from('{"results":[],"next_page":false}');
const TOKEN = Buffer.from('{"access_token":"bench-token","token_type":"Bearer","expires_in":3600}');

const server = createServer((request, response) => {
  request.resume();
  const page = Number(new URL(request.url ?? '/', 'http://localhost').searchParams.get('page') ?? 0);
  const body = request.method === 'POST' ? TOKEN : (pages[page - 1] ?? EMPTY);
  const send = (): void => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length });
    response.end(body);
  };
  if (latencyMs > 0) setTimeout(send, latencyMs);
  else send();
});
server.listen(0, '127.0.0.1', () => {
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  process.stdout.write(`${address.port}\n`);
});
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
