/** An extract's bytes as typed rows with their control totals: all of them, or an error that names every bad one. */
import { add, type Decimal, ZERO } from '../../shared/decimal.ts';
import { TieoutError } from '../../shared/errors.ts';
import type { BadRow } from '../../shared/ledger.ts';
import type { Totals } from '../../shared/recon.ts';
import type { PlacedLedgerRow } from '../workspace/ledger-columns.ts';
import { csvRecords } from './csv-extract.ts';
import { type LedgerField, type LedgerHeader, ledgerTyping, readHeader } from './ledger-typing.ts';

export interface TypedExtract {
  /** The field of each column; null where it is not known. */
  readonly columns: readonly (LedgerField | null)[];
  readonly rows: readonly PlacedLedgerRow[];
  /** By currency, in its order. */
  readonly totals: Totals;
}

export interface Reading {
  readonly signal: AbortSignal;
  readonly onProgress: (step: string, done: number, total: number | null) => void;
}

/** Rows that an error message names one by one; the details hold more. */
const NAMED_ROWS = 100;
const KEPT_ROWS = 10_000;
/** Rows between two looks at the signal and a turn for others. */
const PACE = 5000;

function badRowsError(file: string, bad: readonly BadRow[], count: number): TieoutError {
  const lines = bad.map(({ line, reasons }) => `line ${line} ${reasons.join(', ')}`);
  const named = lines.slice(0, NAMED_ROWS).join('; ');
  const rest = count > NAMED_ROWS ? `; and ${count - NAMED_ROWS} more` : '';
  return new TieoutError(
    'ledger-rows',
    `${count} ${count === 1 ? 'row' : 'rows'} of ${file} cannot be read, so nothing was imported: ${named}${rest}.`,
    { file, count, rows: lines },
  );
}

/**
 * @param file its name, for messages. @param importId that the rows are to bear.
 * @throws TieoutError `ledger-encoding`, `ledger-columns`, `ledger-rows` (all bad rows named).
 */
export async function typedExtract(
  bytes: Uint8Array,
  file: string,
  importId: string,
  { signal, onProgress }: Reading,
): Promise<TypedExtract> {
  let header: LedgerHeader | null = null;
  let typing: ReturnType<typeof ledgerTyping> | null = null;
  const rows: PlacedLedgerRow[] = [];
  const bad: BadRow[] = [];
  let badCount = 0;
  const totals = new Map<string, Decimal>();
  for await (const { line, cells } of csvRecords(bytes, file)) {
    if (!header || !typing) {
      header = readHeader(cells, file);
      typing = ledgerTyping(header);
      continue;
    }
    const typed = typing.type(cells);
    if ('row' in typed) {
      rows.push({ importId, line, row: typed.row });
      const { currency, amount } = typed.row;
      totals.set(currency, add(totals.get(currency) ?? ZERO, amount));
    } else {
      badCount += 1;
      if (bad.length < KEPT_ROWS) bad.push({ line, reasons: typed.reasons });
    }
    if ((rows.length + badCount) % PACE === 0) {
      signal.throwIfAborted();
      onProgress('Reading the extract', rows.length, null);
      await new Promise(setImmediate);
    }
  }
  if (!header) {
    throw new TieoutError('ledger-columns', `${file} is empty; name a CSV extract with a header line.`, {
      file,
    });
  }
  if (badCount > 0) throw badRowsError(file, bad, badCount);
  return {
    columns: header.fields.map((field) => field ?? null),
    rows,
    totals: Object.fromEntries([...totals].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}
