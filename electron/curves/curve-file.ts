/** A curve file's bytes as typed points: all of them, or an error that names every bad row. */
import { TieoutError } from '../../shared/errors.ts';
import { type Month, monthDays } from '../../shared/month.ts';
import { csvRecords } from '../ledger/csv-extract.ts';
import { turn } from '../turns.ts';
import { type CurveRow, CurveRowTyping, readCurveHeader } from './curve-rows.ts';

export interface Reading {
  readonly signal: AbortSignal;
  readonly onProgress: (step: string, done: number, total: number | null) => void;
}

/** Rows that an error message names one by one; the details hold more. */
const NAMED_ROWS = 100;
const KEPT_ROWS = 10_000;
/** Rows between two looks at the signal and a turn for others. */
const PACE = 5000;
/** No zone is further from UTC. */
const ZONE_SLACK_US = 14n * 3_600_000_000n;

/** @throws TieoutError `curve-rows` where no point delivers in the month, which then is another file's. */
function expectMonth(rows: readonly CurveRow[], month: Month, file: string): void {
  const { start, end } = monthDays(month);
  const from = BigInt(Date.parse(`${start}T00:00:00Z`)) * 1000n - ZONE_SLACK_US;
  const until = BigInt(Date.parse(`${end}T23:59:59Z`)) * 1000n + 1_000_000n + ZONE_SLACK_US;
  if (rows.some((row) => row.delivery_start < until && row.delivery_end > from)) return;
  let first: bigint | null = null;
  let last: bigint | null = null;
  for (const { delivery_start: at } of rows) {
    if (first === null || at < first) first = at;
    if (last === null || at > last) last = at;
  }
  const day = (micros: bigint | null): string =>
    new Date(Number((micros ?? 0n) / 1000n)).toISOString().slice(0, 10);
  throw new TieoutError(
    'curve-rows',
    `No point of ${file} delivers in ${month} (they start from ${day(first)} to ${day(last)}); name the month that it belongs to with --month.`,
    { file, month },
  );
}

/**
 * @param file its name, for messages.
 * @throws TieoutError `curve-encoding`, `curve-columns`, `curve-rows` (all bad rows named).
 */
export async function readCurveFile(
  bytes: Uint8Array,
  file: string,
  month: Month,
  { signal, onProgress }: Reading,
): Promise<readonly CurveRow[]> {
  let typing: CurveRowTyping | null = null;
  const rows: CurveRow[] = [];
  const bad: string[] = [];
  let badCount = 0;
  const codes = { encoding: 'curve-encoding', rows: 'curve-rows' } as const;
  for await (const { line, cells } of csvRecords(bytes, file, codes)) {
    if (!typing) {
      typing = new CurveRowTyping(readCurveHeader(cells, file));
      continue;
    }
    const typed = typing.type(line, cells);
    if ('row' in typed) rows.push(typed.row);
    else {
      badCount += 1;
      if (bad.length < KEPT_ROWS) bad.push(`line ${line} ${typed.reasons.join(', ')}`);
    }
    if ((rows.length + badCount) % PACE === 0) {
      signal.throwIfAborted();
      onProgress('Reading the curves', rows.length, null);
      await turn();
    }
  }
  if (!typing) {
    throw new TieoutError(
      'curve-columns',
      `${file} is empty; name a CSV file of curves with a header line.`,
      {
        file,
      },
    );
  }
  if (badCount > 0) {
    const rest = badCount > NAMED_ROWS ? `; and ${badCount - NAMED_ROWS} more` : '';
    throw new TieoutError(
      'curve-rows',
      `${badCount} ${badCount === 1 ? 'row' : 'rows'} of ${file} cannot be read, so nothing was imported: ${bad.slice(0, NAMED_ROWS).join('; ')}${rest}.`,
      { file, count: badCount, rows: bad },
    );
  }
  if (rows.length === 0) {
    throw new TieoutError('curve-rows', `${file} has a header and no point; there is nothing to import.`, {
      file,
    });
  }
  expectMonth(rows, month, file);
  return rows;
}
