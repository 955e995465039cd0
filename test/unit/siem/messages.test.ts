/** What is sent, whatever an event holds: read back by strict readers, it is the same. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hecBody } from '../../../electron/siem/hec.ts';
import { otlpRequest } from '../../../electron/siem/otlp.ts';
import { OTLP_SEVERITY, SYSLOG_SEVERITY } from '../../../electron/siem/severity.ts';
import { syslogFrame, syslogMessage } from '../../../electron/siem/syslog-message.ts';
import { received } from '../../integration/siem/support/chain.ts';
import { readOtlp } from '../../integration/siem/support/collectors.ts';
import { frames, readSyslog } from '../../integration/siem/support/syslog-reader.ts';
import { anyEvent } from './events.ts';

const facility = fc.integer({ min: 0, max: 23 });
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is replaced.
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/g;

describe('a syslog message', () => {
  it('is RFC 5424 to the letter, and its message the event to the letter', () => {
    fc.assert(
      fc.property(anyEvent, facility, (event, number) => {
        const read = readSyslog(Buffer.from(syslogMessage(event, number)));
        expect(JSON.parse(read.message)).toEqual(JSON.parse(event.json));
        expect(read).toMatchObject({
          ...{ facility: number, severity: SYSLOG_SEVERITY[event.context.severity] },
          ...{ timestamp: event.at, appName: 'tieout', procId: '-', msgId: event.type },
        });
        expect(read.data['tieout@32473']).toMatchObject({
          ...{ seq: String(event.seq), sha256: event.sha256, prev: event.prevSha256 },
          actor: event.actor.replace(CONTROL, '?'),
        });
      }),
    );
  });

  it('is ASCII, so that no byte order mark is due and every JSON reader takes it', () => {
    fc.assert(
      fc.property(anyEvent, (event) => {
        const { message } = readSyslog(Buffer.from(syslogMessage(event, 13)));
        expect(message).toMatch(/^[\x20-\x7e]+$/);
      }),
    );
  });

  it('has header fields of printable ASCII within their lengths, or nil', () => {
    const [event] = fc.sample(anyEvent, 1);
    if (!event) throw new Error('no event');
    const host = 'ü'.repeat(300);
    const read = readSyslog(
      Buffer.from(syslogMessage({ ...event, type: 'x'.repeat(40), context: { ...event.context, host } }, 13)),
    );
    expect(read.hostname).toBe('?'.repeat(255));
    expect(read.msgId).toHaveLength(32);
    const nameless = syslogMessage({ ...event, context: { ...event.context, host: '' } }, 13);
    expect(readSyslog(Buffer.from(nameless)).hostname).toBe('-');
  });

  it('is framed by its length in octets, which letters may have several of', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', minLength: 1 }), { minLength: 1 }), (messages) => {
        const { whole, rest } = frames(Buffer.concat(messages.map(syslogFrame)));
        expect(whole.map(String)).toEqual(messages.map((message) => Buffer.from(message).toString()));
        expect(rest).toHaveLength(0);
      }),
    );
  });
});

describe('an OTLP request', () => {
  it('is an ExportLogsServiceRequest, each record the event to the letter, in order', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { minLength: 1, maxLength: 5 }), (events) => {
        const [first] = events;
        // One workspace sends a request.
        const sent = events.map((event) => {
          const context = { ...event.context, workspace_id: first?.context.workspace_id ?? '' };
          return { ...event, context, json: JSON.stringify({ ...JSON.parse(event.json), context }) };
        });
        const body = otlpRequest(sent, '2024-04-02T08:00:00.000Z');
        expect(readOtlp(body)).toEqual(sent.map(({ json }) => JSON.parse(json)));
      }),
    );
  });

  it('maps severities as the logs data model does', () => {
    expect(Object.entries(OTLP_SEVERITY).map(([severity, { number }]) => [severity, number])).toEqual([
      ['error', 17],
      ['warning', 13],
      ['notice', 10],
      ['info', 9],
    ]);
  });
});

describe('a body for an HTTP event collector', () => {
  it('is one JSON object a line, each with the event to the letter', () => {
    fc.assert(
      fc.property(
        fc.array(anyEvent, { minLength: 1, maxLength: 5 }),
        fc.option(fc.string()),
        (events, index) => {
          const lines = hecBody(events, index).split('\n');
          expect(lines).toHaveLength(events.length);
          for (const [at, line] of lines.entries()) {
            const one: { readonly time: number; readonly event: unknown; readonly index?: string } =
              JSON.parse(line);
            expect(received(JSON.stringify(one.event))).toEqual(JSON.parse(events[at]?.json ?? ''));
            expect(Math.round(one.time * 1000)).toBe(Date.parse(events[at]?.at ?? ''));
            expect(one.index ?? null).toBe(index);
          }
        },
      ),
    );
  });
});
