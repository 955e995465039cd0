/**
 * OTLP/HTTP logs, JSON encoding (opentelemetry-proto, `collector/logs/v1`): 64-bit numbers as strings, names in
 * lowerCamelCase. The body of a record is the event's JSON text, so that its chain can be verified as received.
 */
import { z } from 'zod';
import type { SiemSettings } from '../../shared/siem.ts';
import type { Secret } from '../credentials/secret.ts';
import { httpEndpoint } from './address.ts';
import { DeliveryError } from './delivery-error.ts';
import type { ForwardedEvent } from './event-stream.ts';
import { openHttpPost } from './http-post.ts';
import type { Delivered, Receiver, ReceiverParts } from './receiver.ts';
import { headersOf } from './secrets.ts';
import { OTLP_SEVERITY } from './severity.ts';

type Value = { readonly stringValue: string } | { readonly intValue: string };

interface Attribute {
  readonly key: string;
  readonly value: Value;
}

function text(key: string, value: string | null): readonly Attribute[] {
  return value === null ? [] : [{ key, value: { stringValue: value } }];
}

/** Nanoseconds since 1970 as a decimal string. @param at UTC, RFC 3339. */
function nanoseconds(at: string): string {
  return `${BigInt(Date.parse(at)) * 1_000_000n}`;
}

function logRecord(event: ForwardedEvent, observed: string) {
  const severity = OTLP_SEVERITY[event.context.severity];
  return {
    timeUnixNano: nanoseconds(event.at),
    observedTimeUnixNano: observed,
    severityNumber: severity.number,
    severityText: severity.text,
    eventName: event.type,
    body: { stringValue: event.json },
    attributes: [
      { key: 'tieout.seq', value: { intValue: String(event.seq) } },
      ...text('tieout.type', event.type),
      ...text('tieout.actor', event.actor),
      ...text('tieout.sha256', event.sha256),
      ...text('tieout.prev_sha256', event.prevSha256),
      ...text('tieout.correlation_id', event.context.correlation_id),
      ...text('tieout.request_id', event.context.request_id),
    ],
  };
}

/** An ExportLogsServiceRequest. @param now UTC, RFC 3339: when the events were read. */
export function otlpRequest(events: readonly ForwardedEvent[], now: string): string {
  const context = events[0]?.context;
  const observed = nanoseconds(now);
  return JSON.stringify({
    resourceLogs: [
      {
        resource: {
          attributes: [
            ...text('service.name', 'tieout'),
            ...text('service.version', context?.app_version ?? null),
            ...text('service.instance.id', context?.workspace_id ?? null),
            ...text('host.name', context?.host ?? null),
          ],
        },
        scopeLogs: [
          {
            scope: { name: 'tieout.audit', version: context?.app_version ?? '' },
            logRecords: events.map((event) => logRecord(event, observed)),
          },
        ],
      },
    ],
  });
}

/** 64-bit numbers come as strings, and from lenient servers as numbers; zero is left out. */
const exportAnswer = z.object({
  partialSuccess: z
    .object({ rejectedLogRecords: z.union([z.string().regex(/^\d{1,15}$/), z.int().min(0)]).default(0) })
    .nullish(),
});

/**
 * Records that the collector refused while it took the others.
 * @throws DeliveryError where the answer is none of a collector: something else listens at that address.
 */
function refusedIn(body: string, sent: number, url: URL): number {
  if (body.trim() === '') return 0;
  let answer: unknown;
  try {
    answer = JSON.parse(body);
  } catch {
    answer = null;
  }
  const read = exportAnswer.safeParse(answer);
  if (read.success) return Math.min(Number(read.data.partialSuccess?.rejectedLogRecords ?? 0), sent);
  throw new DeliveryError(
    'siem-undelivered',
    `${url.origin}${url.pathname} did not answer as an OTLP collector does; check the address.`,
    { held: true },
  );
}

/** @throws TieoutError `siem-invalid`, `file-unreadable`. */
export function openOtlp(
  settings: Extract<SiemSettings, { readonly kind: 'otlp' }>,
  secret: Secret | null,
  parts: ReceiverParts,
): Receiver {
  const url = httpEndpoint(settings);
  const post = openHttpPost(settings, url.protocol === 'https:', parts, () => null);
  const deliver = async (events: readonly ForwardedEvent[], signal: AbortSignal): Promise<Delivered> => {
    const body = otlpRequest(events, new Date(parts.clock.now()).toISOString());
    const answer = await post.send(url, body, secret === null ? {} : headersOf(secret), signal);
    return { refused: refusedIn(answer, events.length, url) };
  };
  return {
    deliver,
    async probe(trial, signal) {
      const { refused } = await deliver([trial], signal);
      if (refused > 0) throw new DeliveryError('siem-undelivered', `${url.host} refused the test event.`);
    },
    close: () => post.close(),
  };
}
