/**
 * Syslog over TCP or TLS. The protocol has no acknowledgement, so each batch has a connection of its own: its frames,
 * then our end of the stream, then the wait for the receiver's. A receiver ends its side after it has read ours to the
 * end; one that goes away before, resets the connection, and the batch comes again.
 */
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { SiemSettings } from '../../shared/siem.ts';
import { attemptErrorOf } from '../etrm/attempt-error.ts';
import { tlsContext } from '../etrm/tls-context.ts';
import { type SyslogEndpoint, syslogEndpoint } from './address.ts';
import { DeliveryError } from './delivery-error.ts';
import type { ForwardedEvent } from './event-stream.ts';
import { ALL_TAKEN, type Delivered, type Receiver } from './receiver.ts';
import { syslogFrame, syslogMessage } from './syslog-message.ts';
import { tlsOf } from './tls.ts';

export interface Patience {
  readonly connectMs: number;
  /** For the frames to be taken, and then for the receiver to end its side: one that is behind reads slowly. */
  readonly quietMs: number;
}

const PATIENCE: Patience = { connectMs: 10_000, quietMs: 30_000 };

type SyslogSettings = Extract<SiemSettings, { readonly kind: 'syslog' }>;

function failed(endpoint: SyslogEndpoint, error: unknown): DeliveryError {
  if (error instanceof DeliveryError) return error;
  const known = attemptErrorOf(error);
  const where = `${endpoint.host}:${endpoint.port}`;
  const options = { cause: error };
  if (known.failure === 'certificate' || known.failure === 'handshake') {
    return new DeliveryError(
      'siem-undelivered',
      `No secure connection to ${where} came about (${known.code}); check its certificate, and name its CA with --ca FILE.`,
      { held: true },
      options,
    );
  }
  return new DeliveryError(
    'siem-undelivered',
    `The syslog receiver ${where} could not be reached, or went away before it had read everything (${known.code}); check its address and that it runs, events wait for it.`,
    {},
    options,
  );
}

function quiet(endpoint: SyslogEndpoint, what: string, ms: number): DeliveryError {
  return new DeliveryError(
    'siem-undelivered',
    `The syslog receiver ${endpoint.host}:${endpoint.port} did not ${what} within ${ms / 1000} s; check its address and that it keeps up, events wait for it.`,
  );
}

/** @throws TieoutError `file-unreadable` */
function opener(settings: SyslogSettings, endpoint: SyslogEndpoint): () => Socket {
  const { host, port } = endpoint;
  // Half open: the receiver's end of the stream must not end ours before our frames are out.
  const to = { host, port, allowHalfOpen: true };
  if (!endpoint.secure) return () => connectTcp(to);
  const secureContext = tlsContext(tlsOf(settings));
  // No name is sent for an address (RFC 6066 3); its certificate must bear the address.
  const name = isIP(host) === 0 ? { servername: host } : {};
  return () => connectTls({ ...to, ...name, secureContext, rejectUnauthorized: true });
}

/** Writes the frames, ends our side, and resolves when the receiver has ended its own after that. */
function exchange(
  socket: Socket,
  endpoint: SyslogEndpoint,
  frames: Buffer,
  patience: Patience,
  signal: AbortSignal,
): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    let timer: NodeJS.Timeout;
    let flushed = false;
    let settled = false;
    const settle = (error: unknown): void => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      socket.destroy();
      if (error === null) resolve();
      else reject(error);
    };
    const within = (ms: number, what: string): void => {
      clearTimeout(timer);
      timer = setTimeout(() => settle(quiet(endpoint, what, ms)), ms);
    };
    const abort = (): void => settle(signal.reason);
    const send = (): void => {
      within(patience.quietMs, 'take the events');
      socket.write(frames, () => {
        within(patience.quietMs, 'end the connection after the last event');
        socket.end(() => {
          flushed = true;
        });
      });
    };
    within(patience.connectMs, 'answer');
    signal.addEventListener('abort', abort, { once: true });
    socket.once(endpoint.secure ? 'secureConnect' : 'connect', send);
    socket.on('error', (error) => settle(failed(endpoint, error)));
    // A receiver says nothing; what it says all the same must not fill a buffer and keep its end from arriving.
    socket.resume();
    socket.once('end', () => {
      if (flushed) return;
      settle(failed(endpoint, Object.assign(new Error('ended early'), { code: 'ENDED_EARLY' })));
    });
    socket.once('close', () => {
      const ended = flushed && socket.readableEnded;
      settle(
        ended ? null : failed(endpoint, Object.assign(new Error('closed early'), { code: 'CLOSED_EARLY' })),
      );
    });
  });
}

/** @throws TieoutError `siem-invalid`, `file-unreadable`. */
export function openSyslog(settings: SyslogSettings, patience: Patience = PATIENCE): Receiver {
  const endpoint = syslogEndpoint(settings);
  const open = opener(settings, endpoint);
  const deliver = async (events: readonly ForwardedEvent[], signal: AbortSignal): Promise<Delivered> => {
    signal.throwIfAborted();
    const frames = Buffer.concat(events.map((event) => syslogFrame(syslogMessage(event, settings.facility))));
    await exchange(open(), endpoint, frames, patience, signal);
    return ALL_TAKEN;
  };
  return {
    deliver,
    probe: async (trial, signal) => void (await deliver([trial], signal)),
    close: async () => {},
  };
}
