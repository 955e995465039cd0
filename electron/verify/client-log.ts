/**
 * A log of the Python client against the workspace: its page hashes are Tieout's, so that an audit trail from before
 * Tieout, or beside it, can be held against what Tieout received.
 */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { TieoutError } from '../../shared/errors.ts';
import type { Reader } from '../workspace/transaction.ts';

interface LoggedPage {
  readonly page: number;
  readonly records: number;
  readonly sha256: string;
  readonly line: number;
}

interface LoggedRun {
  readonly pages: readonly LoggedPage[];
  /** What its last line says; null where it has none. */
  readonly total: { readonly pages: number; readonly records: number } | null;
}

export interface LogDifference {
  readonly page: number;
  /** `missing`: the workspace has it, the log has not. `extra`: the other way round. */
  readonly kind: 'differs' | 'records' | 'missing' | 'extra' | 'total';
  readonly expected: string;
  readonly found: string;
  /** Of the log; null where it has none. */
  readonly line: number | null;
}

export interface ComparedLogRun {
  /** From 1, as they come in the log. */
  readonly run: number;
  readonly firstLine: number;
  readonly pages: number;
  readonly equal: number;
  /** Of the workspace, that it was held against. */
  readonly runId: string;
  readonly month: string;
  readonly differences: readonly LogDifference[];
}

export interface LogComparison {
  readonly runs: readonly ComparedLogRun[];
  /** Lines that tell of no page. */
  readonly skipped: number;
}

/** As the client logs a page it took in, whatever stands around it. */
const INGESTED = /Page (\d{1,9}) ingested \| records=(\d{1,9}) \| sha256=([0-9a-f]{64})/;
/** As it prints it, where it prints rather than logs. */
const PRINTED = /^\s*(\d{1,9}) (\d{1,9}) ([0-9a-f]{64})\s*$/;
const TOTAL = /^\s*total (\d{1,9}) (\d{1,9}) [\d.]+\s*$/;

/** @throws TieoutError `file-not-found`; `file-unreadable` where no line tells of a page. */
async function readLog(path: string): Promise<{ runs: readonly LoggedRun[]; skipped: number }> {
  const runs: { pages: LoggedPage[]; total: LoggedRun['total'] }[] = [];
  let open = false;
  let skipped = 0;
  let line = 0;
  try {
    const lines = createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY });
    for await (const text of lines) {
      line += 1;
      const total = TOTAL.exec(text);
      const last = runs.at(-1);
      if (total && last && open) {
        last.total = { pages: Number(total[1]), records: Number(total[2]) };
        open = false;
        continue;
      }
      const told = INGESTED.exec(text) ?? PRINTED.exec(text);
      if (!told) {
        skipped += 1;
        continue;
      }
      const page = { page: Number(told[1]), records: Number(told[2]), sha256: told[3] ?? '', line };
      // Pages come in order: a lower or an equal number is the next run of the client.
      if (!last || !open || page.page <= (last.pages.at(-1)?.page ?? 0))
        runs.push({ pages: [], total: null });
      runs.at(-1)?.pages.push(page);
      open = true;
    }
  } catch (error) {
    throw new TieoutError(
      'file-not-found',
      `The log ${path} cannot be read; name a log of the Python client.`,
      { path },
      { cause: error },
    );
  }
  if (runs.length > 0) return { runs, skipped };
  throw new TieoutError(
    'file-unreadable',
    `The log ${path} tells of no page ("Page 1 ingested | records=... | sha256=..."); name a log of the Python client.`,
    { path, lines: line },
  );
}

interface KeptRun {
  readonly runId: string;
  readonly month: string;
  readonly pages: ReadonlyMap<number, { readonly records: number; readonly sha256: string }>;
}

async function keptRuns(reader: Reader, month: string | null): Promise<readonly KeptRun[]> {
  const rows = await reader.rows(
    `SELECT r.run_id, r.month, p.page, p.records, p.page_sha256 FROM run_state r JOIN page p ON p.run_id = r.run_id
     WHERE r.resource = 'settlements' AND r.outcome = 'done' AND (?::VARCHAR IS NULL OR r.month = ?)
     ORDER BY r.seq DESC, p.page`,
    [month, month],
  );
  const runs = new Map<string, { month: string; pages: Map<number, { records: number; sha256: string }> }>();
  for (const row of rows) {
    const runId = row.text('run_id');
    const run = runs.get(runId) ?? { month: row.text('month'), pages: new Map() };
    run.pages.set(row.int('page'), { records: row.int('records'), sha256: row.text('page_sha256') });
    runs.set(runId, run);
  }
  if (runs.size === 0) {
    const what = month === null ? 'The workspace' : month;
    throw new TieoutError(
      'nothing-to-do',
      `${what} has no finished sync of settlements to hold the log against; run the sync first.`,
      { month },
    );
  }
  return [...runs].map(([runId, run]) => ({ runId, ...run }));
}

function equalPages(logged: LoggedRun, kept: KeptRun): number {
  return logged.pages.filter(({ page, sha256 }) => kept.pages.get(page)?.sha256 === sha256).length;
}

function compareRun(logged: LoggedRun, kept: KeptRun): readonly LogDifference[] {
  const found: LogDifference[] = [];
  const seen = new Set<number>();
  for (const { page, records, sha256, line } of logged.pages) {
    seen.add(page);
    const ours = kept.pages.get(page);
    if (!ours) found.push({ page, kind: 'extra', expected: 'no such page', found: sha256, line });
    else if (ours.sha256 !== sha256)
      found.push({ page, kind: 'differs', expected: ours.sha256, found: sha256, line });
    else if (ours.records !== records)
      found.push({ page, kind: 'records', expected: String(ours.records), found: String(records), line });
  }
  for (const [page, { sha256 }] of kept.pages)
    if (!seen.has(page))
      found.push({ page, kind: 'missing', expected: sha256, found: 'not in the log', line: null });
  const { total } = logged;
  const sum = logged.pages.reduce((all, { records }) => all + records, 0);
  if (total && (total.pages !== logged.pages.length || total.records !== sum)) {
    const told = `${total.pages} pages, ${total.records} records`;
    found.push({
      page: 0,
      kind: 'total',
      expected: `${logged.pages.length} pages, ${sum} records`,
      found: told,
      line: null,
    });
  }
  return found.sort((a, b) => a.page - b.page);
}

/**
 * Holds each run that the log tells of against the finished run with the most pages in common, or else the newest.
 * @param month only runs of this month; null: of all.
 * @throws TieoutError `file-not-found`, `file-unreadable`, `nothing-to-do`.
 */
export async function compareLog(reader: Reader, path: string, month: string | null): Promise<LogComparison> {
  const { runs, skipped } = await readLog(path);
  const kept = await keptRuns(reader, month);
  return {
    skipped,
    runs: runs.map((logged, at) => {
      const nearest = kept.reduce((best, run) =>
        equalPages(logged, run) > equalPages(logged, best) ? run : best,
      );
      return {
        run: at + 1,
        firstLine: logged.pages[0]?.line ?? 0,
        pages: logged.pages.length,
        equal: equalPages(logged, nearest),
        runId: nearest.runId,
        month: nearest.month,
        differences: compareRun(logged, nearest),
      };
    }),
  };
}
