/** Receivers of our own, stricter than real ones: what is not by the book is an error of the test. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import type { Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { z } from 'zod';
import { type Received, received } from './chain.ts';

/** What a request is answered with, in the place of "taken"; null never answers, `reset` cuts the connection. */
export type Answer =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }
  | 'taken'
  | 'reset'
  | null;

/** @param request from 0, of this collector. @param events that it holds. */
export type Script = (request: number, events: readonly Received[]) => Answer | Promise<Answer>;

export interface Collector {
  readonly port: number;
  readonly url: string;
  /** Events of requests that were answered as taken, in the order of arrival. */
  readonly events: readonly Received[];
  /** Events of every request, taken or not. */
  readonly seen: readonly Received[];
  /** Requests so far. */
  readonly requests: () => number;
  readonly headers: readonly IncomingMessage['headers'][];
  /** What was not by the book. */
  readonly faults: readonly string[];
  answer(script: Script): void;
  /** Nobody listens any more; connections are cut. */
  down(): Promise<void>;
  /** Listens again on the same port. */
  up(): Promise<void>;
}

const taken: Script = () => 'taken';

async function collector(
  read: (request: IncomingMessage, body: string) => readonly Received[] | string,
  accepted: (response: ServerResponse) => void,
  tls: ServerOptions | null,
): Promise<Collector> {
  let script = taken;
  const events: Received[] = [];
  const seen: Received[] = [];
  const faults: string[] = [];
  const headers: IncomingMessage['headers'][] = [];
  let requests = 0;
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(Buffer.from(piece));
    headers.push(request.headers);
    let batch: readonly Received[] | string;
    try {
      batch = read(request, new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(pieces)));
    } catch (error) {
      faults.push(String(error));
      response.writeHead(400).end();
      return;
    }
    if (typeof batch === 'string') {
      response.writeHead(200, { 'content-type': 'application/json' }).end(batch);
      return;
    }
    const number = requests;
    requests += 1;
    seen.push(...batch);
    const answer = await script(number, batch);
    if (answer === null) return;
    if (answer === 'reset') {
      request.socket.resetAndDestroy();
      return;
    }
    if (answer === 'taken' || (answer.status >= 200 && answer.status < 300)) events.push(...batch);
    if (answer === 'taken') accepted(response);
    else {
      response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
      response.end(answer.body ?? '');
    }
  };
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    handle(request, response).catch(() => request.socket.destroy());
  };
  const server = tls ? createTlsServer(tls, listener) : createServer(listener);
  server.on('tlsClientError', () => {});
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => {});
  });
  const listen = async (port: number): Promise<number> => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    return address.port;
  };
  const down = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  const port = await listen(0);
  onTestFinished(down);
  return {
    port,
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    ...{ events, seen, headers, faults, down },
    requests: () => requests,
    answer: (next) => {
      script = next;
    },
    up: async () => void (await listen(port)),
  };
}

function require(condition: boolean, what: string): void {
  if (!condition) throw new Error(what);
}

function checkPost(request: IncomingMessage, path: string): void {
  require(request.method === 'POST', `method ${request.method}`);
  require(request.url === path, `path ${request.url}`);
  require(request.headers['content-type'] ===
    'application/json', `content type ${request.headers['content-type']}`);
}

const uint64 = z.string().regex(/^(0|[1-9]\d{0,19})$/);
const int64 = z.string().regex(/^(0|-?[1-9]\d{0,18})$/);
const attributes = z
  .array(
    z.strictObject({
      key: z.string().min(1),
      value: z.union([z.strictObject({ stringValue: z.string() }), z.strictObject({ intValue: int64 })]),
    }),
  )
  .refine((list) => new Set(list.map(({ key }) => key)).size === list.length, 'an attribute twice');

/** `opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest` in its JSON encoding; unknown names are refused. */
const exportRequest = z.strictObject({
  resourceLogs: z
    .array(
      z.strictObject({
        resource: z.strictObject({ attributes }),
        scopeLogs: z
          .array(
            z.strictObject({
              scope: z.strictObject({ name: z.string().min(1), version: z.string() }),
              logRecords: z
                .array(
                  z.strictObject({
                    timeUnixNano: uint64,
                    observedTimeUnixNano: uint64,
                    severityNumber: z.int().min(1).max(24),
                    severityText: z.string().min(1),
                    eventName: z.string().min(1),
                    body: z.strictObject({ stringValue: z.string() }),
                    attributes,
                  }),
                )
                .min(1),
            }),
          )
          .length(1),
      }),
    )
    .length(1),
});

function attribute(list: z.infer<typeof attributes>, key: string): string | undefined {
  const value = list.find((each) => each.key === key)?.value;
  if (value === undefined) return undefined;
  return 'intValue' in value ? value.intValue : value.stringValue;
}

/** What an OTLP request says, with everything that stands in it twice compared. @throws Error where it is not OTLP. */
export function readOtlp(body: string): readonly Received[] {
  const { resourceLogs } = exportRequest.parse(JSON.parse(body));
  const resource = resourceLogs[0]?.resource.attributes ?? [];
  require(attribute(resource, 'service.name') === 'tieout', 'service.name');
  const records = resourceLogs[0]?.scopeLogs[0]?.logRecords ?? [];
  return records.map((record) => {
    const event = received(record.body.stringValue);
    const at = BigInt(Date.parse(event.at)) * 1_000_000n;
    require(record.timeUnixNano === String(at), 'timeUnixNano');
    require(BigInt(record.observedTimeUnixNano) > 0n, 'observedTimeUnixNano');
    require(record.eventName === event.type, 'eventName');
    require(attribute(resource, 'service.instance.id') === event.context.workspace_id, 'service.instance.id');
    require(attribute(record.attributes, 'tieout.seq') === String(event.seq), 'tieout.seq');
    require(attribute(record.attributes, 'tieout.actor') === event.actor, 'tieout.actor');
    require(attribute(record.attributes, 'tieout.sha256') === event.sha256, 'tieout.sha256');
    require(attribute(record.attributes, 'tieout.prev_sha256') === event.prev_sha256, 'tieout.prev_sha256');
    for (const name of ['correlation_id', 'request_id'] as const) {
      require((attribute(record.attributes, `tieout.${name}`) ?? null) === event.context[name], name);
    }
    return event;
  });
}

export interface CollectorOptions {
  readonly tls?: ServerOptions;
  /** Headers that each request must bear. */
  readonly expect?: Readonly<Record<string, string>>;
}

function checkHeaders(request: IncomingMessage, { expect = {} }: CollectorOptions): void {
  for (const [name, value] of Object.entries(expect)) {
    require(request.headers[name] === value, `header ${name}: ${request.headers[name]}`);
  }
}

/** An OTLP/HTTP collector of logs. */
export function otlpCollector(options: CollectorOptions = {}): Promise<Collector> {
  return collector(
    (request, body) => {
      checkPost(request, '/v1/logs');
      checkHeaders(request, options);
      return readOtlp(body);
    },
    (response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"partialSuccess":{}}');
    },
    options.tls ?? null,
  );
}

const hecEvent = z.strictObject({
  time: z.number().positive(),
  host: z.string().min(1),
  source: z.literal('tieout'),
  sourcetype: z.literal('tieout:audit'),
  index: z.string().optional(),
  event: z.unknown(),
});

export const HEC_TOKEN = '0dd1b1a5-1ce0-4ec0-8ab5-5ecre7t0ken5';

export interface HecOptions extends CollectorOptions {
  readonly index?: string;
  /** With indexer acknowledgement: whether a batch of this ackId is indexed when it is asked for the nth time, from 1. */
  readonly acknowledged?: (ackId: number, asked: number) => boolean;
}

/** A Splunk HTTP event collector. A wrong token is answered as Splunk answers it, with 403 and code 4. */
export function hecCollector(options: HecOptions = {}): Promise<Collector> {
  let ackIds = 0;
  const asked = new Map<number, number>();
  const channel = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/;
  return collector(
    (request, body) => {
      require(request.headers.authorization === `Splunk ${HEC_TOKEN}`, 'another token');
      require(channel.test(String(request.headers['x-splunk-request-channel'])), 'the channel is no GUID');
      checkHeaders(request, options);
      const { pathname, searchParams } = new URL(request.url ?? '', 'http://hec.invalid');
      if (options.acknowledged && pathname === '/services/collector/ack') {
        require(searchParams.get('channel') ===
          request.headers['x-splunk-request-channel'], 'another channel');
        const { acks } = z.strictObject({ acks: z.array(z.int()) }).parse(JSON.parse(body));
        const answers = acks.map((id) => {
          asked.set(id, (asked.get(id) ?? 0) + 1);
          return [String(id), options.acknowledged?.(id, asked.get(id) ?? 1)];
        });
        return JSON.stringify({ acks: Object.fromEntries(answers) });
      }
      checkPost(request, '/services/collector/event');
      return body.split('\n').map((line) => {
        const one = hecEvent.parse(JSON.parse(line));
        require(one.index === options.index, `index ${one.index}`);
        const event = received(JSON.stringify(one.event));
        require(one.time === Date.parse(event.at) / 1000, `time ${one.time}`);
        require(one.host === event.context.host, `host ${one.host}`);
        return event;
      });
    },
    (response) => {
      const ack = options.acknowledged ? { ackId: ackIds } : {};
      ackIds += 1;
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ text: 'Success', code: 0, ...ack }));
    },
    options.tls ?? null,
  );
}
