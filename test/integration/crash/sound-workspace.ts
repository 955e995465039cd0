/** Opens a workspace as the next command would, and looks at everything in it: chain, journal, evidence and tables. */
import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { systemClock } from '../../../electron/clock.ts';
import { Redactor } from '../../../electron/credentials/secret.ts';
import { retypeWith } from '../../../electron/dead-letters/retype.ts';
import { PageWorkers } from '../../../electron/ingest/page-workers.ts';
import { verify } from '../../../electron/verify/verify.ts';
import { AUDIT_ROWS, verifyAudit } from '../../../electron/workspace/audit-chain.ts';
import { journalFault } from '../../../electron/workspace/audit-journal.ts';
import type { Database } from '../../../electron/workspace/database.ts';
import { openWorkspace } from '../../../electron/workspace/workspace.ts';
import { atEnd } from '../../at-end.ts';
import { unwatched } from '../../unit/workspace/temporary.ts';

/** Of this process, for all verifications of a file. */
const workers = new PageWorkers(1);

/** @param more looked at while it is open. */
export async function expectSound(
  folder: string,
  more: (database: Database) => Promise<void> = async () => {},
): Promise<void> {
  atEnd(() => workers.close());
  const at = new Date().toISOString();
  const workspace = await openWorkspace(folder, { at, appVersion: 'test', newId: randomUUID });
  try {
    const { database } = workspace;
    await more(database);
    expect((await verifyAudit(database.stream(AUDIT_ROWS))).fault).toBeNull();
    expect(await journalFault(folder, database)).toBeNull();
    if ((await database.rows('SELECT 1 FROM run LIMIT 1')).length === 0) return;
    const parts = {
      workspace,
      workers,
      retypeWith,
      clock: systemClock,
      actor: 'test',
      redactor: new Redactor(),
    };
    expect((await verify(parts, { month: null, ...unwatched })).differences).toEqual([]);
  } finally {
    await workspace.close();
  }
}
