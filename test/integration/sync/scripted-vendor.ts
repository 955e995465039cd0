/** A vendor that answers as a test says: a real server, a real token endpoint, and any page. */
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { Address } from '../cli/command.ts';

export interface Scripted {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** What a page is answered with; null never answers. */
export type Script = (page: number, request: number) => Scripted | null;

export interface ScriptedVendor extends Address {
  /** Tokens issued, in order. */
  readonly tokens: readonly string[];
  /** Pages asked for, in order. */
  readonly asked: readonly number[];
  /** From now on, pages are answered so. */
  answer(script: Script): void;
  /** From now on, the token endpoint answers so; null issues tokens again. */
  answerTokens(script: (() => Scripted | null) | null): void;
  close(): Promise<void>;
}

/** A page as the API sends it. */
export function pageOf(records: readonly string[], nextPage: boolean): Scripted {
  return { body: `{"results":[${records.join(',')}],"next_page":${nextPage}}` };
}

function send(response: ServerResponse, { status = 200, headers, body }: Scripted): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(body);
}

export async function scriptedVendor(first: Script): Promise<ScriptedVendor> {
  let script = first;
  let tokenScript: (() => Scripted | null) | null = null;
  const tokens: string[] = [];
  const asked: number[] = [];
  const requests = new Map<number, number>();
  const server = createServer((request, response) => {
    request.resume();
    const url = new URL(request.url ?? '/', 'http://vendor.invalid');
    if (url.pathname === '/oauth2/token') {
      const scripted = tokenScript?.();
      if (scripted === null) return;
      if (scripted) {
        send(response, scripted);
        return;
      }
      const token = `tok-${tokens.length}-${'Zx9'.repeat(12)}`;
      tokens.push(token);
      send(response, {
        body: JSON.stringify({ access_token: token, token_type: 'Bearer', expires_in: 3600 }),
      });
      return;
    }
    const page = Number(url.searchParams.get('page'));
    asked.push(page);
    const count = (requests.get(page) ?? 0) + 1;
    requests.set(page, count);
    const scripted = script(page, count);
    if (scripted !== null) send(response, scripted);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const baseUrl = `http://127.0.0.1:${address.port}`;
  return {
    baseUrl,
    tokenUrl: `${baseUrl}/oauth2/token`,
    clientId: 'svc',
    tokens,
    asked,
    answer: (next) => {
      script = next;
    },
    answerTokens: (next) => {
      tokenScript = next;
    },
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close').catch(() => {});
    },
  };
}
