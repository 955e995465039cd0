import { TieoutError } from '../../shared/errors.ts';
import { refuseExisting, writeFileSafely } from '../report/safe-file.ts';
import { AUDIT_ROWS, verifyAudit } from '../workspace/audit-chain.ts';
import type { Database } from '../workspace/database.ts';
import type { Row } from '../workspace/row.ts';
import type { CommonOptions, Session } from './session.ts';

function auditLine(row: Row): string {
  return JSON.stringify({
    seq: row.int('seq'),
    at: row.text('occurred_at'),
    actor: row.text('actor'),
    type: row.text('type'),
    payload: row.json('payload'),
    prev_sha256: row.text('prev_sha256'),
    sha256: row.text('sha256'),
  });
}

async function* auditRows(database: Database): AsyncGenerator<Row> {
  for await (const rows of database.stream(AUDIT_ROWS)) yield* rows;
}

export async function auditList(session: Session): Promise<number> {
  const app = await session.app();
  for await (const row of auditRows(app.workspace.database)) {
    if (session.out.options.json) session.out.result(auditLine(row));
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
}

/** One JSON line an event, to a file or to standard output. */
export async function auditExport(session: Session, options: AuditExportOptions): Promise<number> {
  const app = await session.app();
  const { out } = options;
  if (out === undefined) {
    for await (const row of auditRows(app.workspace.database)) session.out.result(auditLine(row));
    return 0;
  }
  refuseExisting([out], options.overwrite ?? false);
  async function* lines(): AsyncGenerator<string> {
    for await (const row of auditRows(app.workspace.database)) yield `${auditLine(row)}\n`;
  }
  const file = await writeFileSafely(out, lines(), session.signal);
  session.out.event(
    { type: 'audit-export', path: file.path, sha256: file.sha256 },
    `${file.path}  ${file.sha256}`,
  );
  return 0;
}

export async function auditVerify(session: Session): Promise<number> {
  const app = await session.app();
  const { events, head, fault } = await verifyAudit(app.workspace.database.stream(AUDIT_ROWS));
  if (fault) {
    session.out.event({ type: 'audit', events, head, fault });
    throw new TieoutError(
      'check-failed',
      `The audit chain is broken at event ${fault.seq} (${fault.problem}: expected ${fault.expected}, found ${fault.found}); the ${events} events before it agree.`,
      { seq: fault.seq },
    );
  }
  session.out.event(
    { type: 'audit', events, head, fault: null },
    `${events} audit events agree; head ${head}`,
  );
  return 0;
}
