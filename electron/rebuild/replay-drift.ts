/** The accepted schemas, what drifted from them and what was decided, once more. */

import { keepDecisions, named } from '../drift/decide-drift.ts';
import { ALL_DRIFT, driftRows } from '../drift/drift-rows.ts';
import { storeBaseline, storeFindings } from '../drift/record-drift.ts';
import { documentText, type ReplayParts } from './replay-parts.ts';
import type { ToldEvent } from './told-event.ts';

/** Of `drift.baseline` and `drift.accept`: the schema that is accepted from here on. */
async function replayBaseline(parts: ReplayParts, event: ToldEvent): Promise<void> {
  const document = await documentText(parts, event.sha256('schema_sha256'));
  await parts.database.transaction((tx) =>
    storeBaseline(tx, event.seq, event, {
      source: event.text('source'),
      resource: event.text('resource'),
      runId: event.text('run_id'),
      note: event.has('note') ? event.textOrNull('note') : null,
      document,
    }),
  );
}

async function replayFindings(parts: ReplayParts, event: ToldEvent): Promise<void> {
  const text = await documentText(parts, event.sha256('findings_sha256'));
  await parts.database.transaction((tx) => storeFindings(tx, event.seq, event.text('run_id'), text));
}

async function replayDecision(parts: ReplayParts, event: ToldEvent): Promise<void> {
  const runId = event.text('run_id');
  const decision = event.type === 'drift.accept' ? 'accepted' : 'rejected';
  const told = new Set(event.texts('findings'));
  const by = { at: event.at, actor: event.actor, note: event.text('note') };
  await parts.database.transaction(async (tx) => {
    const rows = (await driftRows(tx, { ...ALL_DRIFT, runId })).filter((row) => told.has(named(row)));
    parts.findings.expect('audit', `event ${event.seq} findings`, told.size, rows.length);
    await keepDecisions(tx, event.seq, by, runId, rows, decision);
  });
}

export async function replayDrift(parts: ReplayParts, event: ToldEvent): Promise<void> {
  if (event.type === 'drift.found') {
    await replayFindings(parts, event);
    return;
  }
  if (event.type !== 'drift.reject') await replayBaseline(parts, event);
  if (event.type !== 'drift.baseline') await replayDecision(parts, event);
}
