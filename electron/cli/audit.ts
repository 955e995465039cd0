import { resolve } from 'node:path';
import { TieoutError } from '../../shared/errors.ts';
import { refuseExisting, writeFileSafely } from '../report/safe-file.ts';
import { anchorFault } from '../verify/audit-anchors.ts';
import { AUDIT_ROWS, auditEvent, verifyAudit } from '../workspace/audit-chain.ts';
import { journalFault } from '../workspace/audit-journal.ts';
import type { Database } from '../workspace/database.ts';
import type { Row } from '../workspace/row.ts';
import { type CommonOptions, numberOption, type Session } from './session.ts';

/** @param since the first event is the one after this. */
async function* auditRows(database: Database, since = 0): AsyncGenerator<Row> {
  for await (const rows of database.stream(AUDIT_ROWS)) {
    for (const row of rows) if (row.int('seq') > since) yield row;
  }
}

export async function auditList(session: Session): Promise<number> {
  const app = await session.appAsItIs();
  for await (const row of auditRows(app.workspace.database)) {
    if (session.out.options.json) session.out.result(JSON.stringify(auditEvent(row)));
    else
      session.out.result(
        `${row.int('seq')}  ${row.text('occurred_at')}  ${row.text('actor')}  ${row.text('type')}  ${row.text('payload')}`,
      );
  }
  return 0;
}

export interface AuditExportOptions extends CommonOptions {
  readonly out?: string;
  readonly overwrite?: boolean;
  readonly since?: string;
}

/** The event that an earlier export ended with. @throws TieoutError `usage` where the chain is not so long. */
async function sinceOption(database: Database, text: string | undefined): Promise<number> {
  if (text === undefined) return 0;
  const last = await database.row('SELECT coalesce(max(seq), 0) AS seq FROM audit_event');
  return numberOption(text, '--since', 0, last?.int('seq') ?? 0);
}

/** One JSON line an event, to a file or to standard output. */
export async function auditExport(session: Session, options: AuditExportOptions): Promise<number> {
  const app = await session.appAsItIs();
  const { database } = app.workspace;
  const { out } = options;
  const since = await sinceOption(database, options.since);
  if (out === undefined) {
    for await (const row of auditRows(database, since)) session.out.result(JSON.stringify(auditEvent(row)));
    return 0;
  }
  refuseExisting([out], options.overwrite ?? false);
  async function* lines(): AsyncGenerator<string> {
    for await (const row of auditRows(database, since)) yield `${JSON.stringify(auditEvent(row))}\n`;
  }
  const file = await writeFileSafely(out, lines(), session.signal);
  session.out.event(
    { type: 'audit-export', path: file.path, sha256: file.sha256 },
    `${file.path}  ${file.sha256}`,
  );
  return 0;
}

export interface AuditVerifyOptions extends CommonOptions {
  readonly head?: string;
  readonly against?: readonly string[];
}

/** Walks the chain, then holds it against every head that is known from elsewhere. */
export async function auditVerify(session: Session, options: AuditVerifyOptions): Promise<number> {
  const asked = options.head?.trim().toLowerCase() ?? null;
  if (asked !== null && !/^[0-9a-f]{64}$/.test(asked)) {
    throw new TieoutError('usage', `--head is "${options.head}", not a SHA-256 of 64 hexadecimal digits.`);
  }
  const { database, folder } = (await session.appAsItIs()).workspace;
  const walked = await verifyAudit(database.stream(AUDIT_ROWS));
  const { events, head } = walked;
  const fault =
    walked.fault ??
    (await anchorFault(database, events, {
      head: asked,
      files: (options.against ?? []).map((path) => resolve(path)),
    })) ??
    (await journalFault(folder, database));
  if (fault) {
    session.out.event({ type: 'audit', events, head, fault });
    throw new TieoutError(
      'check-failed',
      `The audit chain is broken at event ${fault.seq} (${fault.problem}: expected ${fault.expected}, found ${fault.found}); ${walked.fault ? `the ${events} events before it agree` : `its ${events} events agree with each other`}.`,
      { seq: fault.seq },
    );
  }
  session.out.event(
    { type: 'audit', events, head, fault: null },
    `${events} audit events agree; head ${head}`,
  );
  return 0;
}
