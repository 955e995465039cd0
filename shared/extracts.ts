/** Ledger extracts as they are told to people: how a file was read, what of it cannot be, what became of each column. */
import type { Sha256 } from './digest.ts';
import type { Totals } from './recon.ts';

export const EXTRACT_FORMATS = ['csv', 'xlsx', 'parquet'] as const;
export type ExtractFormat = (typeof EXTRACT_FORMATS)[number];

/** How numbers are written. */
export interface NumberMarks {
  readonly decimal: '.' | ',';
  /** Empty: thousands are not grouped. */
  readonly thousands: '' | '.' | ',' | ' ' | "'";
}

/** How a file is read: what the mapping says of it, and what was found of the rest. Kept, so that it is read so again. */
export interface ExtractReading {
  readonly format: ExtractFormat;
  /** Of a CSV file: `utf-8`, `utf-16le`, `windows-1252` and the like; null for other formats. */
  readonly encoding: string | null;
  /** True where the encoding was found, not told by the mapping or by the file itself. */
  readonly encoding_found: boolean;
  readonly delimiter: string | null;
  readonly quote: string | null;
  /** Of a workbook. */
  readonly sheet: string | null;
  /** From 1; null where the file has no header line. */
  readonly header_line: number | null;
  readonly numbers: NumberMarks;
  /** Rows of totals are looked for between the rows too; absent: at the end alone, as an earlier version read it. */
  readonly totals?: 'groups' | undefined;
}

/** Something of a file that keeps it from being imported. */
export interface ExtractFault {
  /** From 1, as an editor or a spreadsheet counts. */
  readonly line: number;
  /** From 1; null where it is the row as a whole. */
  readonly column: number | null;
  readonly header: string | null;
  readonly field: string | null;
  /** As it stands in the file; null where it is the row as a whole. */
  readonly cell: string | null;
  /** `amount is "abc", not a decimal`. */
  readonly message: string;
}

/** A row of totals, held against the rows above it: all, or those since an earlier row of totals. */
export interface TotalsCheck {
  readonly line: number;
  readonly field: 'amount' | 'volume';
  /** The currency or unit that it is of; null: of all rows. */
  readonly of: string | null;
  readonly said: string;
  readonly summed: string;
  readonly agrees: boolean;
}

/** What an extract is against the one of the same name that it replaces, by settlement id, else by the composite key. */
export interface ExtractChanges {
  readonly replaces: string;
  readonly added: number;
  readonly removed: number;
  readonly changed: number;
  readonly unchanged: number;
}

export const EXTRACT_CHANGE_KINDS = ['added', 'removed', 'changed'] as const;
export type ExtractChangeKind = (typeof EXTRACT_CHANGE_KINDS)[number];

/** A column of a file, and the field that it became. */
export interface ExtractColumn {
  /** From 1. */
  readonly column: number;
  readonly header: string;
  readonly field: string | null;
}

/** Control totals of an extract. */
export interface ExtractTotals {
  readonly rows: number;
  /** Amounts by currency, in its order. */
  readonly amounts: Totals;
  /** Volumes by unit, in its order; those without a unit under `-`. */
  readonly volumes: Totals;
}

/** A mapping by what names it; null is the default one, by header names. */
export interface MappingName {
  readonly name: string;
  readonly revision: number;
  readonly sha256: Sha256;
}

/** The first rows of a file and what each cell became, before anything is imported. */
export interface PreviewRow {
  readonly line: number;
  readonly cells: readonly string[];
  /** By field: the value as it would be stored; null where it is empty or cannot be read. */
  readonly values: Readonly<Record<string, string | null>>;
  readonly faults: readonly ExtractFault[];
}

export interface ExtractPreview {
  readonly file: string;
  readonly file_sha256: Sha256;
  readonly bytes: number;
  readonly reading: ExtractReading;
  readonly mapping: MappingName | null;
  /** Sheets of a workbook that are shown. */
  readonly sheets: readonly string[];
  readonly columns: readonly ExtractColumn[];
  readonly first: readonly PreviewRow[];
  readonly totals: ExtractTotals;
  readonly checks: readonly TotalsCheck[];
  readonly fault_count: number;
  readonly faults: readonly ExtractFault[];
  /** What is wrong with the columns as a whole; then there are no rows. */
  readonly problems: readonly string[];
}

/** A posting that is not as it was. */
export interface ExtractChangeRow {
  readonly kind: ExtractChangeKind;
  readonly key: string;
  readonly line_before: number | null;
  readonly line_after: number | null;
  readonly amount_before: string | null;
  readonly amount_after: string | null;
  readonly currency: string | null;
  /** Fields that differ with both values; empty where several postings share the key. */
  readonly fields: readonly {
    readonly field: string;
    readonly before: string | null;
    readonly after: string | null;
  }[];
}

/** An extract of a month that is in force. */
export interface ExtractView {
  readonly importId: string;
  readonly file: string;
  readonly sha256: Sha256;
  readonly bytes: number;
  readonly importedAt: string;
  readonly actor: string;
  readonly totals: ExtractTotals;
  /** Null for one that was imported before mappings were kept. */
  readonly reading: ExtractReading | null;
  readonly mapping: MappingName | null;
  readonly checks: readonly TotalsCheck[];
  readonly changes: ExtractChanges | null;
}

export interface ListedMapping extends MappingName {
  /** RFC 3339, UTC. */
  readonly savedAt: string;
  readonly actor: string;
}

export interface MappingDetail extends MappingName {
  /** JSON. */
  readonly document: string;
}
