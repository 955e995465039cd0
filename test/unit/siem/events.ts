/** Forwarded events of any content, for laws. */
import fc from 'fast-check';
import type { ForwardedEvent } from '../../../electron/siem/event-stream.ts';

const digest = fc.stringMatching(/^[0-9a-f]{64}$/);
const text = fc.string({ unit: 'binary', maxLength: 60 });
const member = fc.oneof(text, fc.maxSafeInteger(), fc.constant(null), fc.array(text, { maxLength: 3 }));

/** What the chain may hold: any text at all, whole numbers, nulls, lists of text. */
export const anyEvent: fc.Arbitrary<ForwardedEvent> = fc
  .record({
    seq: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    at: fc
      .date({ min: new Date('1970-01-01T00:00:00.001Z'), max: new Date('2261-01-01'), noInvalidDate: true })
      .map((date) => date.toISOString()),
    actor: text,
    type: fc.stringMatching(/^[a-z]{1,12}\.[a-z]{1,12}$/),
    payload: fc.dictionary(fc.stringMatching(/^[a-z_]{1,12}$/), member, {
      maxKeys: 6,
      noNullPrototype: true,
    }),
    prev_sha256: digest,
    sha256: digest,
    context: fc.record({
      workspace_id: fc.uuid(),
      app_version: fc.constantFrom('0.1.0', '1.2.3-rc.1+build.77'),
      host: fc.constantFrom('desk-7', 'büro', 'a host'),
      severity: fc.constantFrom('info' as const, 'notice' as const, 'warning' as const, 'error' as const),
      correlation_id: fc.option(fc.uuid()),
      request_id: fc.option(fc.uuid()),
    }),
  })
  .map(({ seq, at, actor, type, payload, prev_sha256, sha256, context }) => {
    const event = { seq, at, actor: actor.toWellFormed(), type, payload, prev_sha256, sha256, context };
    const json = JSON.stringify(event).toWellFormed();
    return { seq, at, actor: event.actor, type, prevSha256: prev_sha256, sha256, context, json };
  });
