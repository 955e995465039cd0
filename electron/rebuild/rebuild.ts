/**
 * Makes the database of a workspace anew: the audit chain, from the old database or the journal beside it, is done again
 * on an empty one, with bodies and files from the evidence. It is made beside the old one, held against what can be read of
 * that, and put in its place at the end; until then everything is as it was.
 */
import { join } from 'node:path';
import { TieoutError } from '../../shared/errors.ts';
import type { RebuildEvent, RebuiltRunEvent } from '../../shared/events.ts';
import type { VerifyDifference } from '../../shared/jobs.ts';
import { type Clock, isoTime } from '../clock.ts';
import type { Keychain } from '../credentials/keychain.ts';
import type { Redactor } from '../credentials/secret.ts';
import { PageWorkers } from '../ingest/page-workers.ts';
import { Findings } from '../verify/findings.ts';
import { appendAudit } from '../workspace/audit-chain.ts';
import { JOURNAL_FILE, setJournalAside, storedEvent } from '../workspace/audit-journal.ts';
import { Database } from '../workspace/database.ts';
import {
  DATABASE_FILE,
  dropRebuilding,
  exists,
  finishSwap,
  rebuildingPath,
  removeAside,
  swapDatabase,
} from '../workspace/database-swap.ts';
import { EvidenceStore } from '../workspace/evidence.ts';
import { readIdentity, type WorkspaceIdentity } from '../workspace/identity-file.ts';
import { migrate } from '../workspace/migrations.ts';
import { probe, type RunScript } from '../workspace/probe.ts';
import { Remains } from '../workspace/remains.ts';
import { openWorkspace } from '../workspace/workspace.ts';
import { type Chain, chooseChain, copyChain } from './chain-source.ts';
import { carryOver, compareTables } from './old-tables.ts';
import { Replay } from './replay.ts';
import type { ReplayParts } from './replay-parts.ts';
import { ToldEvent } from './told-event.ts';

export interface RebuildParts {
  readonly workspaceFolder: string;
  readonly appVersion: string;
  readonly actor: string;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly keychain: Keychain;
  readonly redactor: Redactor;
  /** Runs a script in a process of its own, to look at the old database; without it nothing looks before. */
  readonly runScript?: RunScript | undefined;
}

export interface RebuildRequest {
  readonly signal: AbortSignal;
  readonly onProgress: (step: string, done: number, total: number | null) => void;
}

export interface Rebuilt {
  readonly runs: readonly RebuiltRunEvent[];
  readonly differences: readonly VerifyDifference[];
  readonly event: RebuildEvent;
}

/** Events read at once. */
const BATCH = 1000;

/** A new database beside the old one. @throws TieoutError `workspace-locked` where another rebuild is under way. */
async function newDatabase(folder: string): Promise<Database> {
  const path = rebuildingPath(folder);
  if (await exists(path)) {
    const left = await Database.open(path).catch((error: unknown) => {
      if (error instanceof TieoutError && error.code === 'workspace-locked') throw error;
      return null;
    });
    await left?.close();
    await dropRebuilding(folder);
  }
  return await Database.open(path);
}

/** The old database, opened for reading; null where it is gone or damaged. */
async function openRemains(
  database: Database,
  path: string,
  runScript: RunScript | undefined,
): Promise<Remains | null> {
  if (!(await exists(path))) return null;
  const probed = runScript ? await probe(path, runScript) : { deadly: false, unreadable: [] };
  if (probed.deadly) return null;
  let remains: Remains;
  try {
    remains = await Remains.attach(database, path, probed.unreadable);
  } catch (error) {
    if (error instanceof TieoutError && (error.code === 'workspace-damaged' || error.code === 'internal'))
      return null;
    throw error;
  }
  // One whose first log is gone has no table at all.
  if (remains.tables.size === 0 || remains.tables.has('workspace')) return remains;
  throw new TieoutError(
    'workspace-foreign',
    `${path} is a database of another program; name a folder of Tieout's own with --workspace DIR.`,
    { path },
  );
}

/** Who the workspace is: as its chain's database says, or the file beside it. Null: nothing says it any more. */
async function identityOf(
  chain: Chain,
  remains: Remains | null,
  folder: string,
): Promise<WorkspaceIdentity | null> {
  const beside = await readIdentity(folder);
  if (beside !== null && chain.from === 'journal') return beside;
  const rows = await remains?.rows('workspace', (table) => `SELECT workspace_id, created_at FROM ${table}`);
  const row = rows?.[0];
  if (!row) return beside;
  return { workspace_id: row.text('workspace_id'), created_at: row.text('created_at') };
}

class Rebuild {
  readonly #parts: RebuildParts;
  readonly #request: RebuildRequest;
  readonly #findings = new Findings();
  readonly #again: string[] = [];
  readonly #lost: string[] = [];

  readonly #usesOld: boolean;

  /** @param usesOld false leaves the old database aside, whatever is left of it. */
  constructor(parts: RebuildParts, request: RebuildRequest, usesOld: boolean) {
    this.#parts = parts;
    this.#request = request;
    this.#usesOld = usesOld;
  }

  get #at(): string {
    return isoTime(this.#parts.clock.now());
  }

  async run(): Promise<Rebuilt> {
    const { workspaceFolder: folder, appVersion, newId } = this.#parts;
    const path = join(folder, DATABASE_FILE);
    await finishSwap(folder, this.#at);
    const there = { database: await exists(path), journal: await exists(join(folder, JOURNAL_FILE)) };
    if (!there.database && !there.journal)
      throw new TieoutError(
        'nothing-to-do',
        `${folder} holds no Tieout workspace; name one with --workspace DIR.`,
        {
          path: folder,
        },
      );
    const database = await newDatabase(folder);
    let made: { readonly rebuilt: Rebuilt; readonly chain: Chain };
    try {
      try {
        made = await this.#make(database, await this.#remains(database, path), there.database);
        // Its log does not come along.
        await database.checkpoint();
      } finally {
        await database.close();
      }
      this.#request.signal.throwIfAborted();
    } catch (error) {
      await dropRebuilding(folder);
      throw error;
    }
    const { rebuilt, chain } = made;
    if (!chain.journalFits && there.journal) await setJournalAside(folder, this.#at);
    const aside = await swapDatabase(folder, this.#at);
    const equal = rebuilt.event.old === 'read' && rebuilt.differences.length === 0;
    if (aside !== null && equal) await removeAside(aside);
    // Opened once as every command opens it: that mends the journal, which lacks the rebuild itself.
    const workspace = await openWorkspace(folder, { at: this.#at, appVersion, newId });
    await workspace.close();
    return { ...rebuilt, event: { ...rebuilt.event, set_aside: equal ? null : aside } };
  }

  async #remains(database: Database, path: string): Promise<Remains | null> {
    if (!this.#usesOld) return null;
    this.#request.onProgress('Looking at the old database', 0, null);
    return await openRemains(database, path, this.#parts.runScript);
  }

  async #make(
    database: Database,
    remains: Remains | null,
    hadDatabase: boolean,
  ): Promise<{ readonly rebuilt: Rebuilt; readonly chain: Chain }> {
    const { workspaceFolder: folder, appVersion, newId, actor, keychain, redactor } = this.#parts;
    const { signal, onProgress } = this.#request;
    onProgress('Reading the audit chain', 0, null);
    const chain = await chooseChain(remains, folder, this.#findings);
    const identity = await identityOf(chain, remains, folder);
    if (identity === null)
      this.#lost.push('the id of the workspace: the secrets of its connections are to be stored again');
    const { workspace_id: id } = await migrate(
      database,
      folder,
      this.#at,
      appVersion,
      () => identity?.workspace_id ?? newId(),
    );
    if (identity)
      await database.transaction((tx) =>
        tx.run('UPDATE workspace SET created_at = ?', [identity.created_at]),
      );
    await copyChain(database, chain, remains, folder);
    const workers = new PageWorkers();
    const parts: ReplayParts = {
      database,
      evidence: new EvidenceStore(join(folder, 'evidence')),
      workers,
      redactor,
      remains,
      findings: this.#findings,
      signal,
      knowSecret: async (name) => {
        const secret = await keychain.get(`${id}/${name}`).catch(() => null);
        if (secret !== null) redactor.know(secret);
      },
      again: (what) => this.#again.push(what),
    };
    const replay = new Replay(parts);
    try {
      await this.#replay(replay, database, chain.events);
      onProgress('Comparing with the old database', 0, null);
      this.#lost.push(...(await carryOver(parts)));
      await compareTables(parts, chain.further);
    } finally {
      replay.close();
      await workers.close();
    }
    await remains?.detach();
    const runs = await replay.runs.rebuilt();
    const counts = await countAll(database);
    const { differences } = this.#findings;
    const old = remains ? 'read' : hadDatabase ? 'damaged' : 'absent';
    const seq = await database.transaction((tx) =>
      appendAudit(tx, {
        at: this.#at,
        actor,
        type: 'rebuild',
        payload: {
          ...{ from: chain.from, old, events: chain.events, audit_head: chain.head },
          ...{ runs: runs.length, ...counts, differences: differences.length },
        },
      }),
    );
    const head = await database.row('SELECT sha256 FROM audit_event WHERE seq = ?', [seq]);
    const event: RebuildEvent = {
      type: 'rebuild',
      from: chain.from,
      old,
      set_aside: null,
      audit_events: seq,
      audit_head: head?.text('sha256') ?? chain.head,
      runs: runs.length,
      ...counts,
      differences: differences.length,
      lost: this.#lost,
      again: this.#again,
    };
    const told = runs.map((run): RebuiltRunEvent => ({ type: 'rebuild-run', ...run }));
    return { rebuilt: { runs: told, differences, event }, chain };
  }

  async #replay(replay: Replay, database: Database, events: number): Promise<void> {
    for (let after = 0; after < events; ) {
      const rows = await database.rows('SELECT * FROM audit_event WHERE seq > ? ORDER BY seq LIMIT ?', [
        after,
        BATCH,
      ]);
      for (const row of rows) {
        after = row.int('seq');
        const event = storedEvent(row);
        if (event) await replay.event(new ToldEvent(event));
        this.#request.onProgress('Doing again what the audit chain tells', after, events);
      }
    }
    await replay.finish();
  }
}

async function countAll(database: Database) {
  const count = async (sql: string): Promise<number> =>
    (await database.row(`SELECT (${sql})::BIGINT AS n`))?.int('n') ?? 0;
  return {
    pages: await count('SELECT count(*) FROM page'),
    records: await count('SELECT coalesce(sum(records), 0) FROM page'),
    dead_letters: await count('SELECT count(*) FROM dead_letter'),
    retried: await count(`SELECT count(*) FROM dead_letter_event WHERE act = 'retried'`),
    ledger_rows: await count('SELECT count(*) FROM ledger_row'),
    curve_points: await count('SELECT count(*) FROM curve_point'),
    recons: await count('SELECT count(*) FROM recon'),
  };
}

/**
 * Rebuilds a workspace; cancelled or failed, it leaves everything as it was.
 * @throws TieoutError `workspace-locked`, `workspace-damaged` where there is nothing to rebuild from, `workspace-full`,
 *   `workspace-foreign`, `nothing-to-do`; the signal's reason.
 */
export async function rebuildWorkspace(parts: RebuildParts, request: RebuildRequest): Promise<Rebuilt> {
  try {
    return await new Rebuild(parts, request, true).run();
  } catch (error) {
    if (!(error instanceof TieoutError) || error.code !== 'workspace-damaged') throw error;
    // What was left of the old database proved worse than it looked.
    return await new Rebuild(parts, request, false).run();
  }
}
