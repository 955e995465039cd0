/** One workspace: a folder with the database, the evidence, the reports and the logs, open in one process at a time. */
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { TieoutError } from '../../shared/errors.ts';
import { Database } from './database.ts';
import { EvidenceStore } from './evidence.ts';
import { migrate } from './migrations.ts';
import { StagedRows } from './staged-rows.ts';

export interface Workspace {
  readonly id: string;
  readonly folder: string;
  readonly database: Database;
  readonly evidence: EvidenceStore;
  readonly staged: StagedRows;
  readonly reports: string;
  close(): Promise<void>;
}

const OURS = new Set(['workspace.duckdb', 'workspace.duckdb.wal', 'evidence', 'staging', 'reports', 'logs']);

/** @throws TieoutError `workspace-foreign` where the folder holds something, and nothing of ours. */
async function prepareFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    const names = await readdir(folder);
    const foreign = names.find((name) => !OURS.has(name) && !name.startsWith('.'));
    if (!names.includes('workspace.duckdb') && foreign !== undefined) {
      throw new TieoutError(
        'workspace-foreign',
        `${folder} is no Tieout workspace (it holds ${foreign}); name an empty folder or a workspace with --workspace DIR.`,
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

/** @throws TieoutError `workspace-*`. */
export async function openWorkspace(
  folder: string,
  identity: { readonly at: string; readonly appVersion: string; readonly newId: () => string },
): Promise<Workspace> {
  await prepareFolder(folder);
  const database = await Database.open(join(folder, 'workspace.duckdb'));
  try {
    const id = await migrate(database, folder, identity.at, identity.appVersion, identity.newId);
    const staged = new StagedRows(join(folder, 'staging'));
    await staged.clear();
    return {
      id,
      folder,
      database,
      evidence: new EvidenceStore(join(folder, 'evidence')),
      staged,
      reports: join(folder, 'reports'),
      close: () => database.close(),
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}
