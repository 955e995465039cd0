import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import type { AddressInfo, Server, Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** A request as it reached the server. */
export interface Seen {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
  /** From 0, of this server. */
  readonly index: number;
  /** From 0, of the connections to this server. */
  readonly connection: number;
}

export type Answer = (response: ServerResponse, seen: Seen, request: IncomingMessage) => void | Promise<void>;

export interface TestServer {
  readonly origin: string;
  readonly port: number;
  readonly seen: readonly Seen[];
  readonly connections: number;
  close(): Promise<void>;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces).toString('utf8');
}

async function listen(server: Server): Promise<{ port: number; sockets: Set<Socket> }> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => {});
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('The test server has no port.');
  return { port: address.port, sockets };
}

/** A real server on loopback; `close` ends it with every connection. */
export async function startServer(answer: Answer, tls?: ServerOptions): Promise<TestServer> {
  const seen: Seen[] = [];
  const order = new Map<Socket, number>();
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (!order.has(request.socket)) order.set(request.socket, order.size);
    const connection = order.get(request.socket) ?? 0;
    const index = seen.length;
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
    );
    const url = new URL(request.url ?? '/', 'http://test.invalid');
    const entry = { method: request.method ?? '', url, headers, body: '', index, connection };
    seen.push(entry);
    const body = await bodyOf(request);
    seen[index] = { ...entry, body };
    await answer(response, { ...entry, body }, request);
  };
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    handle(request, response).catch(() => request.socket.destroy());
  };
  const server = tls ? createTlsServer(tls, listener) : createServer(listener);
  server.on('tlsClientError', () => {});
  const { port, sockets } = await listen(server);
  return {
    origin: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    port,
    seen,
    get connections() {
      return order.size;
    },
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** As `startServer`, and it ends with the test. */
export async function serve(answer: Answer, tls?: ServerOptions): Promise<TestServer> {
  const server = await startServer(answer, tls);
  onTestFinished(() => server.close());
  return server;
}

/** A port on which nobody listens. */
export async function closedPort(): Promise<number> {
  const server = await startServer(() => {});
  await server.close();
  return server.port;
}

export function json(
  response: ServerResponse,
  body: unknown,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

/** The `index`th of a list of answers; the last one for ever after. */
export function inTurn(answers: readonly Answer[]): Answer {
  return (response, seen, request) => {
    const answer = answers[Math.min(seen.index, answers.length - 1)];
    return answer?.(response, seen, request);
  };
}

export const status =
  (code: number, headers: Readonly<Record<string, string>> = {}): Answer =>
  (response) => {
    response.writeHead(code, headers);
    response.end(code === 204 ? undefined : `status ${code}`);
  };

/** A TCP reset before any header. */
export const reset: Answer = (_response, _seen, request) => {
  request.socket.resetAndDestroy();
};

/** Nothing is ever sent. */
export const hang: Answer = () => {};
