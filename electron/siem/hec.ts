/**
 * HTTP event collector, as Splunk has it and others copied it: JSON objects one after the other to
 * `/services/collector/event`, `Authorization: Splunk <token>`. A token with indexer acknowledgement answers with an
 * `ackId`, which is asked for until the indexer has the batch; without, a 2xx is the acknowledgement.
 */
import { z } from 'zod';
import type { SiemSettings } from '../../shared/siem.ts';
import type { Secret } from '../credentials/secret.ts';
import { httpEndpoint } from './address.ts';
import { DeliveryError } from './delivery-error.ts';
import type { ForwardedEvent } from './event-stream.ts';
import { openHttpPost } from './http-post.ts';
import { ALL_TAKEN, type Delivered, type Receiver, type ReceiverParts } from './receiver.ts';
import { tokenOf } from './secrets.ts';

const ACK_POLL_MS = 1000;
const ACK_PATIENCE_MS = 60_000;

/** Codes of "Troubleshoot HTTP Event Collector"; what is not here is said as a number. */
const CODES: Readonly<Record<number, string>> = {
  1: 'the token is disabled',
  2: 'a token is required',
  3: 'the authorization is not of the agreed form',
  4: 'the token is not known',
  6: 'the data is not of the agreed form',
  7: 'the index is not allowed for this token',
  9: 'the server is busy',
  10: 'the data channel is missing',
  14: 'acknowledgement is off',
};

const answered = z.object({ code: z.int().optional(), ackId: z.int().optional() });
const acknowledged = z.object({ acks: z.record(z.string(), z.boolean()) });

function parsed<Result>(schema: z.ZodType<Result>, body: string): Result | null {
  try {
    return schema.safeParse(JSON.parse(body)).data ?? null;
  } catch {
    return null;
  }
}

function explain(body: string): string | null {
  const code = parsed(answered, body)?.code;
  return code === undefined ? null : (CODES[code] ?? `code ${code}`);
}

/** Events as the collector reads them, one JSON object a line. @param index null: the token's own. */
export function hecBody(events: readonly ForwardedEvent[], index: string | null): string {
  return events
    .map((event) => {
      const head = {
        // Seconds, with milliseconds behind the point.
        time: Date.parse(event.at) / 1000,
        host: event.context.host,
        source: 'tieout',
        sourcetype: 'tieout:audit',
        ...(index !== null && { index }),
      };
      // The event's own text, so that it is the same in every target.
      return `${JSON.stringify(head).slice(0, -1)},"event":${event.json}}`;
    })
    .join('\n');
}

/** @throws TieoutError `siem-invalid`, `file-unreadable`. */
export function openHec(
  settings: Extract<SiemSettings, { readonly kind: 'hec' }>,
  secret: Secret,
  parts: ReceiverParts,
): Receiver {
  const url = httpEndpoint(settings);
  const post = openHttpPost(settings, url.protocol === 'https:', parts, explain);
  const headers = {
    authorization: `Splunk ${tokenOf(secret)}`,
    // Acknowledgements are told apart by it; without acknowledgement it is ignored.
    'x-splunk-request-channel': parts.workspaceId,
  };
  const ackUrl = new URL(url);
  ackUrl.pathname = url.pathname.replace(/\/event$/, '/ack');
  ackUrl.search = new URLSearchParams({ channel: parts.workspaceId }).toString();

  const indexed = async (ackId: number, signal: AbortSignal): Promise<void> => {
    const begun = parts.clock.monotonic();
    while (parts.clock.monotonic() - begun < ACK_PATIENCE_MS) {
      const answer = await post.send(ackUrl, JSON.stringify({ acks: [ackId] }), headers, signal);
      if (parsed(acknowledged, answer)?.acks[String(ackId)] === true) return;
      await parts.clock.sleep(ACK_POLL_MS, signal);
    }
    throw new DeliveryError(
      'siem-undelivered',
      `${url.host} took the events and did not say that they were indexed within ${ACK_PATIENCE_MS / 1000} s; they are sent again.`,
    );
  };

  const deliver = async (events: readonly ForwardedEvent[], signal: AbortSignal): Promise<Delivered> => {
    const body = await post.send(url, hecBody(events, settings.index), headers, signal);
    const answer = parsed(answered, body);
    if (answer === null || (answer.code ?? 0) !== 0) {
      throw new DeliveryError(
        'siem-undelivered',
        `${url.origin}${url.pathname} did not answer as an HTTP event collector does${answer === null ? '' : ` (${explain(body)})`}; check the address.`,
        { held: true },
      );
    }
    if (answer.ackId !== undefined) await indexed(answer.ackId, signal);
    return ALL_TAKEN;
  };
  return {
    deliver,
    probe: async (trial, signal) => void (await deliver([trial], signal)),
    close: () => post.close(),
  };
}
