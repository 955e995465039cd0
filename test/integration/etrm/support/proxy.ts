/** A forward proxy on loopback that knows no names: whatever it is asked for, it goes to one port. */
import { once } from 'node:events';
import { createServer, request as forward, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

interface Proxy {
  readonly url: string;
  readonly port: number;
  /** `CONNECT vendor.test:443`, `GET http://vendor.test/page`. */
  readonly asked: string[];
  readonly authorisations: (string | undefined)[];
}

/** Whatever name it is asked for, it goes to `port` on loopback; `refuse` is a status to answer CONNECT with. */
export async function proxy(port: number, refuse = 0): Promise<Proxy> {
  const asked: string[] = [];
  const authorisations: (string | undefined)[] = [];
  const sockets = new Set<Socket>();
  const note = (request: IncomingMessage): void => {
    asked.push(`${request.method} ${request.url}`);
    authorisations.push(request.headers['proxy-authorization']);
  };
  const server = createServer((request, response) => {
    note(request);
    const { pathname } = new URL(request.url ?? '');
    const onward = forward({ port, host: '127.0.0.1', path: pathname, headers: request.headers }, (reply) => {
      response.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.pipe(response);
    });
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  });
  server.on('connect', (request, socket: Socket) => {
    note(request);
    socket.on('error', () => {});
    if (refuse > 0) {
      socket.end(`HTTP/1.1 ${refuse} Refused\r\n\r\n`);
      return;
    }
    const onward = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connected\r\n\r\n');
      socket.pipe(onward).pipe(socket);
    });
    onward.on('error', () => socket.destroy());
    sockets.add(onward);
  });
  server.on('connection', (socket) => sockets.add(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  });
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { url: `http://127.0.0.1:${address.port}`, port: address.port, asked, authorisations };
}
