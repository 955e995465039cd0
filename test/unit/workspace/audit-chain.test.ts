import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  AUDIT_ROOT,
  AUDIT_ROWS,
  appendAudit,
  auditDigest,
  verifyAudit,
} from '../../../electron/workspace/audit-chain.ts';
import type { Database } from '../../../electron/workspace/database.ts';
import { sha256 } from '../../../electron/workspace/evidence.ts';
import { temporaryApp } from './temporary.ts';

const EVENTS = 7;
let database: Database;

beforeEach(async () => {
  ({ database } = (await temporaryApp()).workspace);
  for (let at = 1; at <= EVENTS; at += 1) {
    await database.transaction((tx) =>
      appendAudit(tx, {
        at: `2024-04-02T08:00:0${at}.000Z`,
        actor: 'Müller "the analyst"',
        type: 'test.event',
        payload: { number: at, text: 'Größe\u2028😀', nothing: null, list: ['a', 'ü'] },
      }),
    );
  }
});

function verified() {
  return verifyAudit(database.stream(AUDIT_ROWS));
}

async function tamper(...statements: readonly string[]): Promise<void> {
  for (const statement of statements) await database.transaction((tx) => tx.run(statement));
}

describe('the audit chain', () => {
  it('agrees as it was written, and says its head', async () => {
    expect(await verified()).toEqual({
      events: EVENTS,
      head: (await database.row(`SELECT sha256 FROM audit_event WHERE seq = ${EVENTS}`))?.text('sha256'),
      fault: null,
    });
  });

  it('begins at its root where there is no event', async () => {
    await tamper('DELETE FROM audit_event');
    expect(await verified()).toEqual({ events: 0, head: AUDIT_ROOT, fault: null });
    expect(AUDIT_ROOT).toBe('0'.repeat(64));
  });

  it.each(['occurred_at', 'actor', 'type', 'payload', 'prev_sha256', 'sha256'])(
    'names the first event of which %s was changed, whichever it is',
    async (column) => {
      const value: Readonly<Record<string, string>> = {
        payload: '{"number":99}',
        prev_sha256: 'f'.repeat(64),
        sha256: 'f'.repeat(64),
      };
      for (const seq of [EVENTS, 4, 1]) {
        await tamper(`UPDATE audit_event SET ${column} = '${value[column] ?? 'another'}' WHERE seq = ${seq}`);
        expect(await verified()).toMatchObject({ events: seq - 1, fault: { seq } });
      }
    },
  );

  it('notices the least change of a payload', async () => {
    await tamper(
      `UPDATE audit_event SET payload = replace(payload, '"number":3', '"number":8') WHERE seq = 3`,
    );
    expect(await verified()).toMatchObject({ fault: { seq: 3, problem: 'hash' } });
  });

  it('does not mind white space in a payload, which is no change', async () => {
    await tamper(`UPDATE audit_event SET payload = replace(payload, ',', ' , ') WHERE seq = 3`);
    expect((await verified()).fault).toBeNull();
  });

  it('names the place of an event that was removed', async () => {
    await tamper('DELETE FROM audit_event WHERE seq = 3');
    expect(await verified()).toMatchObject({ events: 2, fault: { seq: 3, problem: 'gap' } });
  });

  it('names the place of an event that was removed and closed up', async () => {
    await tamper(
      'DELETE FROM audit_event WHERE seq = 3',
      'UPDATE audit_event SET seq = seq - 1 WHERE seq = 4',
    );
    expect(await verified()).toMatchObject({ events: 2, fault: { seq: 3, problem: 'link' } });
  });

  it('names an event that was inserted, even with a hash of its own that is right', async () => {
    await tamper(
      'CREATE TABLE moved AS SELECT * FROM audit_event WHERE seq > 3',
      'DELETE FROM audit_event WHERE seq > 3',
      'INSERT INTO audit_event SELECT * REPLACE (seq + 1 AS seq) FROM moved',
    );
    const third = await database.row('SELECT sha256 FROM audit_event WHERE seq = 3');
    const prev = third?.text('sha256') ?? '';
    const digest = auditDigest(4, '2024-04-02T08:00:03.500Z', 'intruder', 'test.event', '{}', prev);
    await tamper(
      `INSERT INTO audit_event VALUES (4, '2024-04-02T08:00:03.500Z', 'intruder', 'test.event', '{}', '${prev}', '${digest}')`,
    );
    expect(await verified()).toMatchObject({ events: 4, fault: { seq: 5, problem: 'link' } });
  });

  it('names the first of two events that changed places', async () => {
    await tamper(
      'CREATE TABLE moved AS SELECT * FROM audit_event WHERE seq IN (3, 4)',
      'DELETE FROM audit_event WHERE seq IN (3, 4)',
      'INSERT INTO audit_event SELECT * REPLACE (7 - seq AS seq) FROM moved',
    );
    expect(await verified()).toMatchObject({ events: 2, fault: { seq: 3, problem: 'link' } });
  });

  it('hashes an event as Python’s json.dumps with sorted keys writes it', () => {
    const digest = auditDigest(
      3,
      '2024-04-02T08:15:30.000Z',
      'Zoë',
      'sync.page',
      '{"b":1,"a":"ü"}',
      '0'.repeat(64),
    );
    const python = `{"actor": "Zo\\u00eb", "at": "2024-04-02T08:15:30.000Z", "payload": {"a": "\\u00fc", "b": 1}, "prev_sha256": "${'0'.repeat(64)}", "seq": 3, "type": "sync.page"}`;
    expect(digest).toBe(sha256(python));
  });

  it('holds whatever an actor or a payload is called', async () => {
    await database.transaction((tx) =>
      appendAudit(tx, {
        at: '2024-04-02T08:15:30.000Z',
        actor: 'half \ud800 a pair',
        type: 'test.event',
        payload: { text: 'half \udc00', list: ['\ud83d'] },
      }),
    );
    expect(await verified()).toMatchObject({ events: EVENTS + 1, fault: null });
  });

  it('takes no number that languages write in different ways', async () => {
    const act = { at: '2024-04-02T08:15:30.000Z', actor: 'a', type: 'test.event' };
    for (const value of [1.5, Number.NaN, 2 ** 53]) {
      await expect(
        database.transaction((tx) => appendAudit(tx, { ...act, payload: { value } })),
      ).rejects.toMatchObject({ code: 'internal' });
    }
  });

  it('hashes an event in the form that the manual describes, whatever its texts hold', () => {
    const text = fc.string({
      maxLength: 8,
      unit: fc.oneof(fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }), nasty),
    });
    const value = fc.oneof(text, fc.maxSafeInteger(), fc.constant(null), fc.array(text, { maxLength: 3 }));
    const payloads = fc.dictionary(fc.stringMatching(/^[a-z_0-9]{1,6}$/), value, { noNullPrototype: true });
    fc.assert(
      fc.property(text, payloads, (sent, payload) => {
        const actor = sent.toWellFormed();
        const prev_sha256 = '0'.repeat(64);
        const event = {
          seq: 1,
          at: '2024-04-02T08:15:30.000Z',
          actor,
          type: 'a.b',
          payload,
          prev_sha256,
        };
        const stored = JSON.stringify(payload).toWellFormed();
        const digest = auditDigest(1, event.at, actor, 'a.b', stored, prev_sha256);
        expect(digest).toBe(sha256(manualForm({ ...event, payload: JSON.parse(stored) })));
      }),
      { numRuns: 150 },
    );
  });
});

const nasty = fc.constantFrom(
  '"',
  '\\',
  '/',
  '\b',
  '\f',
  '\n',
  '\r',
  '\t',
  '\u007f',
  '\u2028',
  'é',
  '😀',
  '\ud800',
);

const SHORT: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

/** docs/audit.md, "The form that is hashed", sentence by sentence. */
function manualForm(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') {
    const units = Array.from({ length: value.length }, (_, at) => value[at] ?? '');
    const escaped = units.map((unit) => {
      const code = unit.charCodeAt(0);
      if (SHORT[unit]) return SHORT[unit];
      return code < 0x20 || code > 0x7e ? `\\u${code.toString(16).padStart(4, '0')}` : unit;
    });
    return `"${escaped.join('')}"`;
  }
  if (Array.isArray(value)) return `[${value.map(manualForm).join(', ')}]`;
  if (typeof value !== 'object') throw new Error(`${typeof value} is in no event`);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, each]) => `${manualForm(name)}: ${manualForm(each)}`).join(', ')}}`;
}
