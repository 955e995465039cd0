/** Syslog to receivers of our own, which read by the letter of the RFCs and fail on purpose. */
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { ForwardedEvent } from '../../../electron/siem/event-stream.ts';
import { openSyslog, type Patience } from '../../../electron/siem/syslog.ts';
import type { SiemSettings } from '../../../shared/siem.ts';
import { type Certificates, makeCertificates } from '../etrm/support/certificates.ts';
import { TestClock } from '../etrm/support/test-clock.ts';
import { add, firstSeen, network, range, siemBench } from './support/bench.ts';
import { chainFault, type Received, received } from './support/chain.ts';
import { frames, readSyslog, type SyslogRead } from './support/syslog-reader.ts';

let certificates: Certificates;
beforeAll(() => {
  certificates = makeCertificates();
});
afterAll(() => certificates.remove());

const soon = (): AbortSignal => AbortSignal.timeout(20_000);

interface Receiver {
  readonly url: string;
  readonly port: number;
  /** Of whole frames, in the order of arrival. */
  readonly messages: readonly SyslogRead[];
  readonly connections: () => number;
}

/** @param behave what a connection does, told its number from 0, beside being read; its frames are counted either way. */
async function receiver(
  behave: (socket: Socket, connection: number, octets: () => Buffer) => void = () => {},
  tls: TlsOptions | null = null,
): Promise<Receiver> {
  const messages: SyslogRead[] = [];
  let connections = 0;
  const serve = (socket: Socket): void => {
    const number = connections;
    connections += 1;
    let octets: Buffer = Buffer.alloc(0);
    socket.on('error', () => {});
    socket.on('data', (piece: Buffer) => {
      const { whole, rest } = frames(Buffer.concat([octets, piece]));
      octets = rest;
      messages.push(...whole.map(readSyslog));
    });
    behave(socket, number, () => octets);
  };
  const server: Server = tls
    ? createTlsServer(tls, serve)
    : createServer({ allowHalfOpen: true }, (socket) => {
        socket.on('end', () => socket.end());
        serve(socket);
      });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  onTestFinished(() => void server.close());
  const { port } = address;
  return {
    port,
    url: `${tls ? 'tls' : 'tcp'}://127.0.0.1:${port}`,
    messages,
    connections: () => connections,
  };
}

type SyslogSettings = Extract<SiemSettings, { readonly kind: 'syslog' }>;

function syslog(url: string, more: Partial<SyslogSettings> = {}): SyslogSettings {
  return { kind: 'syslog', url, facility: 13, ...network, ...more };
}

const events = (to: Receiver): readonly Received[] => to.messages.map(({ message }) => received(message));
const seqs = (to: Receiver): readonly number[] => events(to).map(({ seq }) => seq);

describe('a syslog receiver', () => {
  it('reads every message by the letter of RFC 5424, each in a frame of RFC 6587, in order', async () => {
    const to = await receiver();
    const bench = await siemBench();
    await add(bench, syslog(to.url, { facility: 4 }));
    const last = await bench.append(250, (number) => ({
      number,
      text: `Größe "${number}" \\ ] \u2028 😀\n`,
    }));
    await bench.siem.untilEmpty(['target'], soon());
    expect(seqs(to)).toEqual(range(1, last));
    expect(chainFault(events(to))).toBeNull();
    expect(to.connections()).toBe(2);
    const [first, second] = to.messages;
    const [save] = events(to);
    expect(first).toMatchObject({
      facility: 4,
      severity: 5,
      appName: 'tieout',
      procId: '-',
      msgId: 'siem.save',
    });
    expect(second).toMatchObject({ facility: 4, severity: 6, msgId: 'test.event' });
    expect(first?.data).toEqual({
      'tieout@32473': {
        ...{ seq: '1', actor: 'analyst', workspace: bench.workspace.id },
        ...{ sha256: save?.sha256, prev: save?.prev_sha256 },
      },
      origin: { software: 'Tieout', swVersion: '0.0.0' },
    });
    expect(second?.data['tieout@32473']?.actor).toBe('Zoë');
  });

  it('that resets the connection in the middle of a batch is sent the batch again', async () => {
    const to = await receiver((socket, connection) => {
      if (connection % 2 === 1) return;
      let bytes = 0;
      socket.on('data', (piece) => {
        bytes += piece.length;
        if (bytes > 20_000) socket.resetAndDestroy();
      });
    });
    const bench = await siemBench({ clock: new TestClock() });
    await add(bench, syslog(to.url));
    const last = await bench.append(620, (number) => ({ number, text: 'x'.repeat(300) }));
    await bench.siem.untilEmpty(['target'], soon());
    expect(firstSeen(seqs(to))).toEqual(range(1, last));
    expect(chainFault(events(to))).toBeNull();
    expect(await bench.siem.view('target')).toMatchObject({ seq: last, behind: 0, error: null });
  });

  it('that failed is sent the last 200 acknowledged events again, and none from before the target began', async () => {
    const to = await receiver((socket, connection) => {
      if (connection === 3) socket.resetAndDestroy();
    });
    const bench = await siemBench({ clock: new TestClock() });
    await add(bench, syslog(to.url));
    await bench.append(449);
    await bench.siem.untilEmpty(['target'], soon());
    const last = await bench.append(50);
    await bench.siem.untilEmpty(['target'], soon());
    expect(seqs(to)).toEqual([...range(1, 450), ...range(251, last)]);

    await add(bench, syslog((await receiver()).url), { name: 'late', from: 'now' });
    const dead = await receiver((socket, connection) => {
      if (connection === 1) socket.resetAndDestroy();
    });
    await add(bench, syslog(dead.url), { name: 'late', from: 'now' });
    await bench.siem.untilEmpty(['late'], soon());
    const more = await bench.append(1);
    await bench.siem.untilEmpty(['late'], soon());
    expect(seqs(dead)).toEqual([more - 1, more - 1, more]);
  });

  describe('that is silent', () => {
    const patience: Patience = { connectMs: 200, quietMs: 200 };
    const event: ForwardedEvent = {
      ...{ seq: 1, at: '2024-04-02T08:00:00.000Z', actor: 'a', type: 'test.event', json: '{}' },
      ...{ prevSha256: '0'.repeat(64), sha256: 'f'.repeat(64) },
      context: {
        ...{ workspace_id: 'w', app_version: '0', host: 'h', severity: 'info' },
        ...{ correlation_id: null, request_id: null },
      },
    };

    it.each<[string, (socket: Socket) => void, RegExp]>([
      ['and reads nothing', (socket) => socket.pause(), /did not take the events within 0\.2 s/],
      [
        'and ends its side before it has read everything',
        (socket) => void socket.pause().end(),
        /went away before it had read everything \(ENDED_EARLY\)/,
      ],
      [
        'and never ends its side',
        (socket) => socket.removeAllListeners('end'),
        /did not end the connection after the last event within 0\.2 s/,
      ],
    ])('%s has acknowledged nothing', async (_, behave, message) => {
      const to = await receiver(behave);
      const large = { ...event, json: JSON.stringify({ text: 'x'.repeat(8_000_000) }) };
      const batch = message.source.includes('after') ? [event] : [large];
      await expect(openSyslog(syslog(to.url), patience).deliver(batch, soon())).rejects.toMatchObject({
        ...{ code: 'siem-undelivered', held: false },
        message: expect.stringMatching(message),
      });
    });

    it('does not hold up one who wants to stop', async () => {
      const to = await receiver((socket) => socket.removeAllListeners('end'));
      const stop = new AbortController();
      const delivery = openSyslog(syslog(to.url)).deliver([event], stop.signal);
      setTimeout(() => stop.abort(new Error('stopped')), 100);
      await expect(delivery).rejects.toThrow('stopped');
    });
  });
});

describe('a syslog receiver over TLS', () => {
  const served = (name: 'server' | 'stranger' | 'elsewhere', more: TlsOptions = {}): Promise<Receiver> => {
    const { cert, key } = certificates[name];
    return receiver(() => {}, { cert, key, ...more });
  };
  const state = async (to: Receiver, more: Partial<SyslogSettings>) => {
    const bench = await siemBench();
    await add(bench, syslog(to.url, more));
    await bench.siem.untilEmpty(['target'], soon());
    return bench.siem.view('target');
  };

  it('is believed where the target names its authority', async () => {
    const to = await served('server');
    expect(await state(to, { caFile: certificates.caFile })).toMatchObject({ behind: 0, error: null });
    expect(seqs(to)).toEqual([1]);
  });

  it.each([
    ['of an authority that nobody named', 'server', false],
    ['that it signed itself', 'stranger', true],
    ['of another host', 'elsewhere', true],
  ] as const)('with a certificate %s is sent nothing', async (_, name, named) => {
    const to = await served(name);
    expect(await state(to, { caFile: named ? certificates.caFile : null })).toMatchObject({
      ...{ seq: 0, behind: 1, state: 'held' },
      error: {
        code: 'siem-undelivered',
        message: expect.stringMatching(/^No secure connection to 127\.0\.0\.1:/),
      },
    });
    expect(to.messages).toEqual([]);
  });

  it.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'is shown a client certificate where it asks for one, in %s',
    async (version) => {
      const demanding = {
        ca: certificates.ca,
        requestCert: true,
        rejectUnauthorized: true,
        maxVersion: version,
      };
      const { certFile, keyFile } = certificates.client;
      const to = await served('server', demanding);
      expect(await state(to, { caFile: certificates.caFile })).toMatchObject({ seq: 0, behind: 1 });
      expect(to.messages).toEqual([]);
      expect(await state(to, { caFile: certificates.caFile, certFile, keyFile })).toMatchObject({
        behind: 0,
      });
      expect(to.messages).toHaveLength(1);
    },
  );
});
