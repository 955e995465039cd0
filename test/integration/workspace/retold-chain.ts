/** A workspace as it would be had its events told something else: chain and journal anew, each whole in itself. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AUDIT_ROOT, auditDigest } from '../../../electron/workspace/audit-chain.ts';
import { tamper } from './stored-tables.ts';

interface Event {
  readonly seq: number;
  readonly at: string;
  readonly actor: string;
  readonly type: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** @param payloadOf what an event tells instead. */
export async function retell(
  workspace: string,
  payloadOf: (event: Event) => Event['payload'],
): Promise<void> {
  const journal = join(workspace, 'audit.ndjson');
  let head: string = AUDIT_ROOT;
  const lines: string[] = [];
  const statements: string[] = [];
  for (const line of readFileSync(journal, 'utf8').split('\n').slice(0, -1)) {
    const event: Event = JSON.parse(line);
    const { seq, at, actor, type } = event;
    const payload = payloadOf(event);
    const text = JSON.stringify(payload);
    const sha256 = auditDigest(seq, at, actor, type, text, head);
    lines.push(`${JSON.stringify({ seq, at, actor, type, payload, prev_sha256: head, sha256 })}\n`);
    statements.push(
      `UPDATE audit_event SET payload = '${text.replaceAll("'", "''")}', prev_sha256 = '${head}', sha256 = '${sha256}' WHERE seq = ${seq}`,
    );
    head = sha256;
  }
  writeFileSync(journal, lines.join(''));
  await tamper(workspace, ...statements);
}
