/** What became of dead letters against the audit chain: each act's event names its letters by their digest. */
import { lettersSha256 } from '../dead-letters/letter-acts.ts';
import type { Check } from './findings.ts';

const TYPES: Readonly<Record<string, string>> = {
  retried: 'dead-letter.retry',
  refused: 'dead-letter.retry',
  discarded: 'dead-letter.discard',
  reopened: 'dead-letter.reopen',
};

export async function checkDeadLetterActs({ workspace, findings }: Check): Promise<void> {
  const { database } = workspace;
  const acts = await database.rows(
    `SELECT l.*, e.type, e.occurred_at AS event_at, e.actor AS event_actor,
       json_extract(e.payload, '$.letters')::BIGINT AS event_letters,
       json_extract_string(e.payload, '$.reason') AS event_reason,
       json_extract_string(e.payload, '$.letters_sha256') AS event_sha256
     FROM (
       SELECT seq, count(*) AS letters, min(act) AS act, min(reason) AS reason, min(actor) AS actor,
         min(occurred_at) AS acted_at, count(DISTINCT (coalesce(reason, ''), actor, occurred_at)) AS stories
       FROM dead_letter_event GROUP BY seq) l
     LEFT JOIN audit_event e ON e.seq = l.seq ORDER BY l.seq`,
  );
  for (const act of acts) {
    const seq = act.int('seq');
    const name = `event ${seq}`;
    const same =
      act.textOrNull('type') === TYPES[act.text('act')] &&
      act.int('stories') === 1 &&
      act.textOrNull('event_at') === act.text('acted_at') &&
      act.textOrNull('event_actor') === act.text('actor') &&
      act.textOrNull('event_reason') === act.textOrNull('reason');
    if (!same) {
      const found = act.textOrNull('type') === null ? 'no event' : 'an event of something else';
      findings.expect('audit', name, 'the event of what became of dead letters', found);
      continue;
    }
    if (!findings.expect('audit', `${name} letters`, act.intOrNull('event_letters') ?? 0, act.int('letters')))
      continue;
    const digest = await lettersSha256(database, 'dead_letter_event WHERE seq = ?', [seq]);
    findings.expect('audit', `${name} letters`, act.textOrNull('event_sha256') ?? 'no digest', digest);
  }
  // An act whose letters were all taken away leaves its event alone.
  const bare = await database.rows(
    `SELECT seq FROM audit_event WHERE type IN ('dead-letter.retry', 'dead-letter.discard', 'dead-letter.reopen')
       AND seq NOT IN (SELECT seq FROM dead_letter_event) ORDER BY seq LIMIT 1`,
  );
  for (const row of bare) {
    findings.expect('audit', `event ${row.int('seq')} letters`, 'what became of dead letters', 'no letter');
  }
}
