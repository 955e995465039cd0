/** The channels of the extracts screen: files that were chosen or dropped, previews, imports, changes, mappings. */
import { randomUUID } from 'node:crypto';
import { basename } from 'node:path';
import type { InvokeArgs, Topic } from '../../shared/contract.ts';
import { sha256Of } from '../../shared/digest.ts';
import { TieoutError } from '../../shared/errors.ts';
import type { OfferedFile } from '../../shared/extract-channels.ts';
import type { ExtractFault } from '../../shared/extracts.ts';
import { parseMonth } from '../../shared/month.ts';
import type { Handlers } from '../ipc.ts';
import type { Asks } from '../jobs/asks.ts';
import type { Jobs } from '../jobs/jobs.ts';
import { changeRows } from '../ledger/import-changes.ts';
import { type ExtractMapping, parseMapping } from '../ledger/mapping.ts';
import { listMappings, storedMapping } from '../ledger/mapping-store.ts';
import { listExtracts } from '../views/extracts.ts';
import type { Workbench } from '../workbench.ts';

interface ExtractHandlerParts {
  readonly workbench: Workbench;
  readonly jobs: Jobs;
  readonly asks: Asks;
  readonly dialogs: { openExtracts(): Promise<readonly string[]> };
  readonly dropped: DroppedFiles;
  readonly changed: (topics: readonly Topic[]) => void;
}

type ExtractChannel = Extract<keyof Handlers, `extracts.${string}` | `mappings.${string}`>;
type Wanted = InvokeArgs<'extracts.preview'>['mapping'];

/** Paths of files that were dropped on the window, until the screen takes them. */
export class DroppedFiles {
  #paths: readonly string[] = [];

  add(paths: readonly string[]): void {
    this.#paths = [...this.#paths, ...paths];
  }

  take(): readonly string[] {
    const paths = this.#paths;
    this.#paths = [];
    return paths;
  }
}

/** Rows that a preview shows. */
const FIRST_ROWS = 20;

export function extractHandlers({
  workbench,
  jobs,
  asks,
  dialogs,
  dropped,
  changed,
}: ExtractHandlerParts): Pick<Handlers, ExtractChannel> {
  /** The page names no file by its path: only what was chosen or dropped is read. */
  const offered = new Map<string, string>();
  const faults = new Map<string, readonly ExtractFault[]>();

  function offer(paths: readonly string[]): readonly OfferedFile[] {
    return paths.map((path) => {
      const fileId = randomUUID();
      offered.set(fileId, path);
      return { fileId, name: basename(path) };
    });
  }

  function pathOf(fileId: string): string {
    const path = offered.get(fileId);
    if (path === undefined)
      throw new TieoutError('file-not-found', 'The file is not known any more; choose it again.', { fileId });
    return path;
  }

  async function mappingOf(wanted: Wanted): Promise<{ readonly mapping?: ExtractMapping }> {
    if (wanted.kind === 'default') return {};
    if (wanted.kind === 'draft') return { mapping: parseMapping(wanted.document, 'The mapping') };
    return {
      mapping: await storedMapping((await workbench.app()).workspace.database, sha256Of(wanted.sha256)),
    };
  }

  return {
    'extracts.list': async ({ month }) => listExtracts((await workbench.app()).workspace.database, month),
    'extracts.choose': async () => offer(await dialogs.openExtracts()),
    'extracts.dropped': async () => offer(dropped.take()),
    'extracts.preview': async ({ fileId, mapping, askId }) => {
      const app = await workbench.app();
      const given = await mappingOf(mapping);
      const path = pathOf(fileId);
      const preview = await asks.answer(askId, (context) =>
        app.previewExtract({
          path,
          first: FIRST_ROWS,
          faults: Number.MAX_SAFE_INTEGER,
          ...context,
          ...given,
        }),
      );
      faults.set(fileId, preview.faults);
      return { ...preview, faults: [] };
    },
    'extracts.faults': async ({ fileId, offset, limit }) => {
      const all = faults.get(fileId) ?? [];
      return { offset, total: all.length, rows: all.slice(offset, offset + limit) };
    },
    'extracts.import': async (asked) => {
      const month = parseMonth(asked.month);
      if (month === null)
        throw new TieoutError('month-invalid', `"${asked.month}" is no month.`, { month: asked.month });
      const path = pathOf(asked.fileId);
      const given = await mappingOf(asked.mapping);
      const first = { kind: 'steps', step: 'Reading the extract', done: 0, total: null } as const;
      const jobId = jobs.start('import', month, first, async (context) => {
        const app = await workbench.app();
        const imported = await app.importLedger({
          path,
          month,
          signal: context.signal,
          onProgress: (step, done, total) => context.progress({ kind: 'steps', step, done, total }),
          ...given,
        });
        changed(['months', 'month', 'compare']);
        return { kind: 'import', imported };
      });
      return { jobId };
    },
    'extracts.changes': async ({ importId, kind, offset, limit }) => {
      const { database } = (await workbench.app()).workspace;
      const row = await database.row('SELECT replaces FROM ledger_reading WHERE import_id = ?', [importId]);
      const before = row?.textOrNull('replaces') ?? null;
      if (before === null) return { offset, total: 0, rows: [] };
      const { total, rows } = await changeRows(database, { before, after: importId, kind, offset, limit });
      return { offset, total, rows };
    },
    'mappings.list': async () => listMappings((await workbench.app()).workspace.database),
    'mappings.show': async ({ sha256 }) => {
      const { named, document } = await storedMapping(
        (await workbench.app()).workspace.database,
        sha256Of(sha256),
      );
      return { ...named, document: JSON.stringify(JSON.parse(document), null, 2) };
    },
  };
}
