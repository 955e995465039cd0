/** Whatever is done to a chain, the first event that is not what it was is named. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AUDIT_ROOT, auditDigest, verifyAudit } from '../../../electron/workspace/audit-chain.ts';
import { Row } from '../../../electron/workspace/row.ts';

interface Event {
  readonly seq: number;
  readonly occurred_at: string;
  readonly actor: string;
  readonly type: string;
  readonly payload: string;
  readonly prev_sha256: string;
  readonly sha256: string;
}

function sealed(event: Omit<Event, 'sha256'>): Event {
  const { seq, occurred_at, actor, type, payload, prev_sha256 } = event;
  return { ...event, sha256: auditDigest(seq, occurred_at, actor, type, payload, prev_sha256) };
}

function chainOf(payloads: readonly string[]): readonly Event[] {
  const events: Event[] = [];
  for (const [at, payload] of payloads.entries()) {
    events.push(
      sealed({
        seq: at + 1,
        occurred_at: `2024-04-02T08:00:${String(at).padStart(2, '0')}.000Z`,
        actor: at % 2 === 0 ? 'analyst' : 'Zoë 😀',
        type: 'test.event',
        payload,
        prev_sha256: events.at(-1)?.sha256 ?? AUDIT_ROOT,
      }),
    );
  }
  return events;
}

async function* batches(events: readonly Event[]): AsyncGenerator<readonly Row[]> {
  // As the database gives them: in the order of their numbers, some at a time.
  const ordered = events.toSorted((a, b) => a.seq - b.seq);
  for (let at = 0; at < ordered.length; at += 3) {
    const chunk = ordered.slice(at, at + 3);
    const names = ['seq', 'occurred_at', 'actor', 'type', 'payload', 'prev_sha256', 'sha256'] as const;
    const columns = new Map(names.map((name) => [name, chunk.map((event) => event[name])]));
    yield chunk.map((_, index) => new Row(columns, index));
  }
}

function same(a: Event | undefined, b: Event | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

const payload = fc
  .record({
    run_id: fc.string({ maxLength: 6 }),
    pages: fc.integer(),
    note: fc.option(fc.string({ maxLength: 6 })),
  })
  .map((each) => JSON.stringify(each).toWellFormed());
const chain = fc.array(payload, { minLength: 1, maxLength: 14 }).map(chainOf);
const place = fc.nat(1000);
const hex = fc.nat(0xffff).map((value) => value.toString(16).padStart(64, '0'));

type Tamper = (events: readonly Event[]) => readonly Event[];

/** Numbers as if nothing had been taken or put in, as one who tampers would have them. */
function renumbered(events: readonly Event[]): readonly Event[] {
  return events.map((event, at) => ({ ...event, seq: at + 1 }));
}

const changed: fc.Arbitrary<Tamper> = fc
  .tuple(
    place,
    fc.oneof(
      fc.string({ maxLength: 5 }).map((actor) => ({ actor })),
      fc.string({ maxLength: 5 }).map((type) => ({ type })),
      fc.string({ maxLength: 5 }).map((occurred_at) => ({ occurred_at })),
      payload.map((each) => ({ payload: each })),
      hex.map((prev_sha256) => ({ prev_sha256 })),
      hex.map((sha256) => ({ sha256 })),
    ),
  )
  .map(
    ([at, change]) =>
      (events) =>
        events.with(at % events.length, { ...(events[at % events.length] ?? first(events)), ...change }),
  );

const removed: fc.Arbitrary<Tamper> = fc
  .tuple(place, place, fc.boolean())
  .map(([at, many, close]) => (events) => {
    const from = at % events.length;
    const left = events.toSpliced(from, 1 + (many % 3));
    return close ? renumbered(left) : left;
  });

/** A copy of another event, or one of the tamperer's own whose link and hash are right. */
const inserted: fc.Arbitrary<Tamper> = fc
  .tuple(place, place, fc.boolean(), payload)
  .map(([at, from, own, text]) => (events) => {
    const to = at % (events.length + 1);
    const copy = events[from % events.length] ?? first(events);
    const forged = sealed({
      ...copy,
      actor: 'intruder',
      payload: text,
      seq: to + 1,
      prev_sha256: events[to - 1]?.sha256 ?? AUDIT_ROOT,
    });
    return renumbered(events.toSpliced(to, 0, own ? forged : copy));
  });

const reordered: fc.Arbitrary<Tamper> = fc.tuple(place, place).map(([one, other]) => (events) => {
  const [a, b] = [one % events.length, other % events.length];
  return renumbered(events.with(a, events[b] ?? first(events)).with(b, events[a] ?? first(events)));
});

function first(events: readonly Event[]): Event {
  const [event] = events;
  if (!event) throw new Error('no events');
  return event;
}

describe('a chain that was tampered with', () => {
  it('is told by its first event that is not what it was', async () => {
    await fc.assert(
      fc.asyncProperty(
        chain,
        fc.array(fc.oneof(changed, removed, inserted, reordered), { minLength: 1, maxLength: 3 }),
        async (events, tampers) => {
          let spoilt = events;
          for (const tamper of tampers) if (spoilt.length > 0) spoilt = tamper(spoilt);
          const after = spoilt.toSorted((a, b) => a.seq - b.seq);
          const differs = after.findIndex((event, at) => !same(event, events[at]));
          const { fault, events: agreeing } = await verifyAudit(batches(spoilt));
          // Nothing but the end is gone, if anything: the chain is whole, only shorter.
          if (differs < 0) {
            expect(fault).toBeNull();
            expect(agreeing).toBe(after.length);
            return;
          }
          const at = after[differs];
          const last = events[differs - 1]?.sha256 ?? AUDIT_ROOT;
          const forged =
            at !== undefined && at.seq === differs + 1 && at.prev_sha256 === last && same(at, sealed(at));
          const own = new Set(events.map(({ sha256 }) => sha256));
          if (!forged) expect(fault?.seq).toBe(differs + 1);
          // An event put in with a right link and hash shows by the next one that was there before; where none is left
          // behind it, everything from it on was written anew, and that cannot show.
          else if (after.slice(differs).some(({ sha256 }) => own.has(sha256)))
            expect(fault?.seq ?? 0).toBeGreaterThan(differs + 1);
          else if (fault !== null) expect(fault.seq).toBeGreaterThan(differs + 1);
        },
      ),
      { numRuns: 800 },
    );
  });

  it('does not show where all from an event on was written anew: for that its head is kept elsewhere', async () => {
    await fc.assert(
      fc.asyncProperty(chain, place, async (events, at) => {
        const from = at % events.length;
        const anew = [...events.slice(0, from)];
        for (const event of events.slice(from))
          anew.push(sealed({ ...event, actor: 'intruder', prev_sha256: anew.at(-1)?.sha256 ?? AUDIT_ROOT }));
        const { fault, head } = await verifyAudit(batches(anew));
        expect(fault).toBeNull();
        expect(head).not.toBe(events.at(-1)?.sha256);
      }),
    );
  });
});
