/** An extract's rows, typed exactly one by one: all of them, or an error that names every fault. */
import { TieoutError } from '../../shared/errors.ts';
import type { ExtractFault, ExtractReading, ExtractTotals, TotalsCheck } from '../../shared/extracts.ts';
import type { LedgerRow } from '../../shared/ledger.ts';
import type { Database } from '../workspace/database.ts';
import type { PlacedLedgerRow } from '../workspace/ledger-columns.ts';
import { expectColumns, type OpenExtract, openExtract } from './extract-source.ts';
import { GroupTotals } from './group-totals.ts';
import { type LedgerTyping, ledgerTyping, type SourceRow } from './ledger-typing.ts';
import type { ExtractMapping } from './mapping.ts';
import { openParquet } from './parquet-extract.ts';
import { ControlTotals, checkTotals, mayBeTotals } from './totals-rows.ts';

export interface Reading {
  readonly signal: AbortSignal;
  readonly onProgress: (step: string, done: number, total: number | null) => void;
}

/** Faults that an error message names one by one; events and the window have all of them. */
const NAMED_ROWS = 100;
/** A file that has more of them is another file than was meant. */
const KEPT_FAULTS = 1_000_000;
/** Rows between two looks at the signal and a turn for others. */
const PACE = 5000;

/** What a fault says, with its column where there is a cell to look at. */
function told({ message, column, cell }: ExtractFault): string {
  return column === null || cell === null || cell === '' ? message : `${message} (column ${column})`;
}

/** Faults of an extract, in the order of its lines, as many as there are. */
class Faults {
  readonly kept: ExtractFault[] = [];
  count = 0;
  #rows = 0;

  add(line: number, faults: readonly Omit<ExtractFault, 'line'>[]): void {
    this.#rows += 1;
    this.count += faults.length;
    for (const fault of faults) if (this.kept.length < KEPT_FAULTS) this.kept.push({ line, ...fault });
  }

  /** Everything that is wrong, as one error. */
  error(file: string): TieoutError {
    const byLine = new Map<number, string[]>();
    for (const fault of this.kept) {
      const reasons = byLine.get(fault.line) ?? [];
      if (reasons.length === 0) byLine.set(fault.line, reasons);
      reasons.push(told(fault));
    }
    const lines = Array.from(byLine, ([line, reasons]) => `line ${line} ${reasons.join(', ')}`);
    const named = lines.slice(0, NAMED_ROWS).join('; ');
    const rest = this.#rows > NAMED_ROWS ? `; and ${this.#rows - NAMED_ROWS} more` : '';
    return new ExtractRefused(
      `${this.#rows} ${this.#rows === 1 ? 'row' : 'rows'} of ${file} cannot be read, so nothing was imported: ${named}${rest}.`,
      { file, count: this.#rows, rows: lines },
      this.kept,
    );
  }
}

/** The rows of an extract that cannot be read, with every fault of them. */
export class ExtractRefused extends TieoutError {
  readonly faults: readonly ExtractFault[];

  constructor(message: string, details: TieoutError['details'], faults: readonly ExtractFault[]) {
    super('ledger-rows', message, details);
    this.faults = faults;
  }
}

/** Rows of a source once they are typed; rows of totals are kept apart. */
export class RowTyping {
  readonly faults = new Faults();
  readonly sums = new ControlTotals();
  readonly #open: OpenExtract;
  readonly #typing: LedgerTyping;
  readonly #find: boolean;
  /** Null where rows of totals are looked for at the end alone. */
  readonly #groups: GroupTotals | null;
  readonly #onRow: (line: number, row: LedgerRow) => void;
  readonly #checks: TotalsCheck[] = [];
  /** Rows that are of totals if no posting follows. */
  #waiting: SourceRow[] = [];

  constructor(open: OpenExtract, mapping: ExtractMapping, onRow: (line: number, row: LedgerRow) => void) {
    this.#open = open;
    this.#typing = ledgerTyping(open.plan, open.reading.numbers);
    this.#find = mapping.totals.rows === 'find';
    this.#groups =
      open.reading.totals === 'groups' ? new GroupTotals(this.#typing, open.plan, this.sums) : null;
    this.#onRow = onRow;
  }

  /** @param followed true where postings are known to follow. */
  add(row: SourceRow, followed = false): void {
    const may = this.#find ? mayBeTotals(row, this.#open.plan) : null;
    if (may !== null && !followed) {
      this.#waiting.push(row);
      return;
    }
    this.#flush();
    if (may === null) this.#take(row);
    else this.#between(row);
  }

  #flush(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const row of waiting) this.#between(row);
  }

  /** A row that may be of totals, with postings behind it. */
  #between(row: SourceRow): void {
    const groups = this.#groups;
    if (groups === null || mayBeTotals(row, this.#open.plan) !== 'labelled') {
      this.#take(row);
      return;
    }
    const agreed = groups.agreeing(row);
    if (agreed !== null) {
      this.#checks.push(...agreed);
      return;
    }
    // A name that begins like a total says nothing of a row that is a posting otherwise.
    const typed = this.#typing.type(row);
    if (groups.isNamed(row)) this.faults.add(row.line, [groups.doubt(row)]);
    else if (typed.row === null) this.faults.add(row.line, [...typed.faults, groups.doubt(row)]);
    else this.#take(row);
  }

  #take(source: SourceRow): void {
    const typed = this.#typing.type(source);
    if (typed.row === null) {
      this.faults.add(source.line, typed.faults);
      return;
    }
    const { currency, volume_uom: unit, amount, volume } = typed.row;
    this.sums.add(currency, unit, amount, volume);
    this.#onRow(source.line, typed.row);
  }

  /** Ends the rows. @returns what the rows of totals say. */
  finish(): readonly TotalsCheck[] {
    const waiting = this.#waiting;
    this.#waiting = [];
    // One that says nothing of itself is of totals only where it agrees: a posting that lacks its id looks the same.
    const isTotal = (row: SourceRow): boolean => {
      if (mayBeTotals(row, this.#open.plan) === 'labelled') return true;
      const said = checkTotals(row, this.#typing, this.#open.plan, this.sums);
      return said.length > 0 && said.every(({ agrees }) => agrees);
    };
    const from = waiting.findLastIndex((row) => !isTotal(row)) + 1;
    for (const row of waiting.slice(0, from)) this.#between(row);
    for (const row of waiting.slice(from))
      this.#checks.push(
        ...(this.#groups?.atEnd(row) ?? checkTotals(row, this.#typing, this.#open.plan, this.sums)),
      );
    return this.#checks;
  }
}

/** @throws TieoutError `ledger-totals` where a total does not agree and the mapping refuses that. */
export function expectTotals(file: string, mapping: ExtractMapping, checks: readonly TotalsCheck[]): void {
  const wrong = checks.filter(({ agrees }) => !agrees);
  if (mapping.totals.mismatch !== 'refuse' || wrong.length === 0) return;
  throw new TieoutError(
    'ledger-totals',
    `${wrong.map((check) => totalInWords(file, check)).join('; ')}; nothing was imported.`,
    { file },
  );
}

/** `march.csv line 12 says that amount USD is 100, but its rows sum to 99.5`. */
export function totalInWords(file: string, { line, field, of, said, summed }: TotalsCheck): string {
  return `${file} line ${line} says that ${field}${of === null ? '' : ` ${of}`} is ${said}, but its rows sum to ${summed}`;
}

export interface TypedExtract {
  readonly open: OpenExtract;
  readonly rows: readonly PlacedLedgerRow[];
  readonly totals: ExtractTotals;
  readonly checks: readonly TotalsCheck[];
}

export interface ExtractInput {
  readonly bytes: Uint8Array;
  /** Its name, for messages. */
  readonly file: string;
  readonly mapping: ExtractMapping;
  /** How it was read when it was imported; null to find what the mapping leaves open. */
  readonly told: ExtractReading | null;
  /** Of a file that was imported before it was kept how one was read. */
  readonly unrecorded?: boolean;
  /** What reads a Parquet file. */
  readonly database: Database;
  /** Where such a file may lie meanwhile. */
  readonly staging: string;
}

/** @throws TieoutError `ledger-encoding`, `ledger-columns`, `workbook-invalid`, `file-unreadable`. */
export async function openInput({
  bytes,
  file,
  mapping,
  told,
  unrecorded = false,
  database,
  staging,
}: ExtractInput): Promise<OpenExtract> {
  const totals = told === null && !unrecorded ? 'groups' : told?.totals;
  return await openExtract(bytes, file, mapping, told, totals, {
    parquet: (parquet, name) => openParquet(parquet, name, database, staging),
  });
}

/** Types every row of an extract that is open. */
async function typeRows(
  open: OpenExtract,
  mapping: ExtractMapping,
  onRow: (line: number, row: LedgerRow) => void,
  { signal, onProgress }: Reading,
): Promise<{ readonly typing: RowTyping; readonly checks: readonly TotalsCheck[] }> {
  const typing = new RowTyping(open, mapping, onRow);
  let seen = 0;
  for await (const row of open.rows()) {
    typing.add(row);
    seen += 1;
    if (seen % PACE !== 0) continue;
    signal.throwIfAborted();
    onProgress('Reading the extract', seen, null);
    await new Promise(setImmediate);
  }
  return { typing, checks: typing.finish() };
}

/**
 * @param importId that the rows are to bear.
 * @throws TieoutError `ledger-encoding`, `ledger-columns`, `ledger-rows` (all faults named), `ledger-totals`,
 *   `workbook-invalid`, `file-unreadable`.
 */
export async function typedExtract(
  input: ExtractInput,
  importId: string,
  reading: Reading,
): Promise<TypedExtract> {
  const { file, mapping } = input;
  const open = await openInput(input);
  try {
    expectColumns(open);
    const rows: PlacedLedgerRow[] = [];
    const { typing, checks } = await typeRows(
      open,
      mapping,
      (line, row) => rows.push({ importId, line, row }),
      reading,
    );
    if (typing.faults.count > 0) throw typing.faults.error(file);
    expectTotals(file, mapping, checks);
    return { open, rows, totals: typing.sums.totals, checks };
  } finally {
    await open.close();
  }
}
