/** One workspace: a folder with the database, the evidence, the reports and the logs, open in one process at a time. */
import { mkdir, readdir, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { TieoutError } from '../../shared/errors.ts';
import { AuditJournal, JOURNAL_FILE, lostEvents } from './audit-journal.ts';
import { Database } from './database.ts';
import { DATABASE_FILE, dropUnbegun, exists, finishSwap } from './database-swap.ts';
import { hasCode } from './disk-error.ts';
import { damaged } from './engine-errors.ts';
import { EvidenceStore } from './evidence.ts';
import { IDENTITY_FILE, keepIdentity } from './identity-file.ts';
import { migrate } from './migrations.ts';
import { markClosed, markOpen, probe, type RunScript, wasLeftOpen } from './probe.ts';

export interface Workspace {
  readonly id: string;
  readonly folder: string;
  readonly database: Database;
  /** Events of the audit journal that the database has lost: nothing can be added then. 0 where all is well. */
  readonly lostEvents: number;
  readonly evidence: EvidenceStore;
  readonly reports: string;
  close(): Promise<void>;
}

/** Where rows of an earlier version waited; what is left there is of no use. */
const FORMER_STAGING = 'staging';

const OURS = new Set([
  DATABASE_FILE,
  JOURNAL_FILE,
  IDENTITY_FILE,
  FORMER_STAGING,
  'evidence',
  'reports',
  'logs',
]);
/** A log, and what was put aside. */
const OURS_TOO = [`${DATABASE_FILE}.`, `${JOURNAL_FILE}.`];

function isOurs(name: string): boolean {
  return OURS.has(name) || OURS_TOO.some((start) => name.startsWith(start)) || name.startsWith('.');
}

/** Node's own way of making a whole path never ends where a file system answers that what is there is not (/proc). */
async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder);
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return;
    if (!hasCode(error, 'ENOENT') || dirname(folder) === folder) throw error;
    await makeFolder(dirname(folder));
    await mkdir(folder);
  }
}

/**
 * @throws TieoutError `workspace-foreign` where the folder holds something, and nothing of ours; `workspace-damaged` where
 *   it has a journal and no database; `workspace-unwritable` where it cannot be made, or bears a name that the engine
 *   would take apart.
 */
async function prepareFolder(folder: string): Promise<void> {
  // The engine looks for its log before the question mark.
  if (resolve(folder).includes('?')) {
    throw new TieoutError(
      'workspace-unwritable',
      `The workspace ${folder} has a question mark in its path, which the database engine cannot use; name another with --workspace DIR.`,
      { path: folder },
    );
  }
  try {
    await makeFolder(resolve(folder));
    const names = await readdir(folder);
    const foreign = names.find((name) => !isOurs(name));
    if (!names.includes(DATABASE_FILE) && foreign !== undefined) {
      throw new TieoutError(
        'workspace-foreign',
        `${folder} is no Tieout workspace (it holds ${foreign}); name an empty folder or a workspace with --workspace DIR.`,
        { path: folder },
      );
    }
    if (!names.includes(DATABASE_FILE) && names.includes(JOURNAL_FILE)) {
      throw new TieoutError(
        'workspace-damaged',
        `The workspace ${folder} has no ${DATABASE_FILE} any more; run tieout rebuild --workspace ${folder}, which makes it anew from the audit journal and the evidence beside it.`,
        { path: folder },
      );
    }
    await mkdir(join(folder, 'evidence'), { recursive: true });
    await mkdir(join(folder, 'reports'), { recursive: true });
  } catch (error) {
    if (error instanceof TieoutError) throw error;
    throw new TieoutError(
      'workspace-unwritable',
      `The workspace folder ${folder} cannot be made or read (${error instanceof Error ? error.message : String(error)}); check the path and its permissions.`,
      { path: folder },
      { cause: error },
    );
  }
}

export interface OpenedBy {
  readonly at: string;
  readonly appVersion: string;
  readonly newId: () => string;
  /** Opens a database that has lost events too, to look at what is there: nothing can be added to it. */
  readonly evenBehind?: boolean;
  /** Runs a script in a process of its own; without it a database is opened unprobed. */
  readonly runScript?: RunScript | undefined;
}

/**
 * Looks at a database that a process left open, in another process.
 * @throws TieoutError `workspace-damaged` where it would end this one, or a table of it cannot be read.
 */
async function probeLeftOpen(folder: string, { runScript, evenBehind }: OpenedBy): Promise<void> {
  const path = join(folder, DATABASE_FILE);
  if (!runScript || !(await wasLeftOpen(folder)) || !(await exists(path))) return;
  const { deadly, unreadable } = await probe(path, runScript);
  if (!deadly && (unreadable.length === 0 || evenBehind)) return;
  const what = deadly ? 'the engine breaks down over it' : `${unreadable.join(', ')} cannot be read`;
  throw damaged(path, what);
}

/** @throws TieoutError `workspace-*`. */
export async function openWorkspace(folder: string, by: OpenedBy): Promise<Workspace> {
  await finishSwap(folder, by.at);
  await prepareFolder(folder);
  await dropUnbegun(folder);
  await probeLeftOpen(folder, by);
  const marked = await markOpen(folder);
  let database: Database;
  try {
    database = await Database.open(join(folder, DATABASE_FILE));
  } catch (error) {
    if (marked) await markClosed(folder);
    throw error;
  }
  const close = async (): Promise<void> => {
    await database.close();
    await markClosed(folder);
  };
  try {
    const identity = await migrate(database, folder, by.at, by.appVersion, by.newId);
    const journal = await AuditJournal.open(folder, database, by.at);
    database.keepJournal(journal);
    if (journal.lacking > 0 && by.evenBehind !== true) throw lostEvents(folder, journal.lacking);
    await keepIdentity(folder, identity);
    await rm(join(folder, FORMER_STAGING), { recursive: true, force: true });
    return {
      id: identity.workspace_id,
      folder,
      database,
      lostEvents: journal.lacking,
      evidence: new EvidenceStore(join(folder, 'evidence')),
      reports: join(folder, 'reports'),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
