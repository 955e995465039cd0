/** What an import of a file would do: its first rows with what each cell became, totals and faults; nothing is kept. */
import { basename } from 'node:path';
import { asTieoutError } from '../../shared/errors.ts';
import type { ExtractPreview, PreviewRow } from '../../shared/extracts.ts';
import { sha256 } from '../workspace/evidence.ts';
import type { Workspace } from '../workspace/workspace.ts';
import type { OpenExtract } from './extract-source.ts';
import { readExtractFile, stagingFolder, storing } from './import-ledger.ts';
import { LEDGER_TYPES, type LedgerField } from './ledger-fields.ts';
import { ledgerTyping } from './ledger-typing.ts';
import { DEFAULT_MAPPING, type ExtractMapping } from './mapping.ts';
import { openInput, type Reading } from './typed-extract.ts';

export interface PreviewRequest extends Reading {
  readonly path: string;
  readonly mapping?: ExtractMapping;
  /** Rows that are shown. */
  readonly first: number;
  /** Faults that are told; all are counted. */
  readonly faults: number;
}

function shownValue(field: LedgerField, value: string | number | bigint | null): string | null {
  if (value === null) return null;
  if (LEDGER_TYPES.get(field)?.kind !== 'instant' || typeof value !== 'bigint') return String(value);
  const micros = value % 1_000_000n;
  const text = new Date(Number(value / 1000n)).toISOString();
  return micros === 0n ? `${text.slice(0, 19)}Z` : `${text.slice(0, 19)}.${String(micros).padStart(6, '0')}Z`;
}

async function firstRows(open: OpenExtract, most: number): Promise<readonly PreviewRow[]> {
  const typing = ledgerTyping(open.plan, open.reading.numbers);
  const rows: PreviewRow[] = [];
  for await (const source of open.rows()) {
    if (rows.length === most) break;
    const typed = typing.type(source);
    const values: Record<string, string | null> = {};
    for (const { field } of open.plan.fields) {
      const value = typed.row === null ? (typed.values.get(field) ?? null) : typed.row[field];
      values[field] = shownValue(field, value);
    }
    const faults = typed.row === null ? typed.faults.map((fault) => ({ line: source.line, ...fault })) : [];
    rows.push({ line: source.line, cells: source.cells, values, faults });
  }
  return rows;
}

/** @throws TieoutError `file-*`, `ledger-encoding`, `workbook-invalid`; `ledger-columns` for a file without a line. */
export async function previewExtract(workspace: Workspace, request: PreviewRequest): Promise<ExtractPreview> {
  const { path, mapping = DEFAULT_MAPPING, first, faults: most, signal, onProgress } = request;
  const { database } = workspace;
  const file = basename(path);
  const bytes = await readExtractFile(path);
  const staging = stagingFolder(workspace.folder);
  const open = await openInput({ bytes, file, mapping, told: null, database, staging });
  try {
    const { planned, plan, reading, sheets } = open;
    const known = {
      file,
      file_sha256: sha256(bytes),
      bytes: bytes.length,
      reading,
      mapping: mapping.named,
      sheets,
      columns: plan.headers.map((header, at) => ({
        column: at + 1,
        header,
        field: plan.columns[at] ?? null,
      })),
    };
    // A row of cells is shown even where the columns make no postings yet: it is what a mapping is made from.
    const shown = await firstRows(open, first).catch((error: unknown) => {
      signal.throwIfAborted();
      return asTieoutError(error);
    });
    if (shown instanceof Error || planned.problems.length > 0) {
      return {
        ...known,
        first: shown instanceof Error ? [] : shown,
        totals: { rows: 0, amounts: {}, volumes: {} },
        checks: [],
        fault_count: 0,
        faults: [],
        problems: shown instanceof Error ? [...planned.problems, shown.message] : planned.problems,
      };
    }
    const stored = { database, as: 'scratch', open, mapping, importId: 'preview', staging } as const;
    return await storing(stored, { signal, onProgress }, async (_, { typing, checks }) => ({
      ...known,
      // A row of totals is no posting with something wrong.
      first: shown.map((row) =>
        checks.some(({ line }) => line === row.line) ? { ...row, faults: [] } : row,
      ),
      totals: typing.sums.totals,
      checks,
      fault_count: typing.faults.count,
      faults: typing.faults.kept.slice(0, most),
      problems: [],
    }));
  } finally {
    await open.close();
  }
}
