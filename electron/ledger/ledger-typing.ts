/** Rows of an extract, typed into the default ledger record with every fault at once. */
import type { ExtractFault, NumberMarks } from '../../shared/extracts.ts';
import type { LedgerRow } from '../../shared/ledger.ts';
import type { CellKind } from '../workbook/reader.ts';
import { type CellReader, cellReader, type FieldValue } from './cell-readers.ts';
import type { ColumnPlan, PlannedField } from './column-plan.ts';
import { LEDGER_FIELDS, LEDGER_TYPES, type LedgerField, STAND_INS } from './ledger-fields.ts';

/** A row of a file, before it is typed. */
export interface SourceRow {
  /** From 1. */
  readonly line: number;
  readonly cells: readonly string[];
  /** Of a workbook or a Parquet file; null: all are texts. */
  readonly kinds: readonly CellKind[] | null;
  /** Places of cells whose formula has no value in the file. */
  readonly unvalued?: readonly number[];
}

export type RowFault = Omit<ExtractFault, 'line'>;

export type TypedRow =
  | { readonly row: LedgerRow }
  | {
      readonly row: null;
      readonly faults: readonly RowFault[];
      readonly values: ReadonlyMap<LedgerField, FieldValue>;
    };

export interface LedgerTyping {
  /** The row, or every reason why it cannot be read. */
  type(row: SourceRow): TypedRow;
  /** Reads single cells: those of a row of totals. */
  reader(field: LedgerField): { readonly place: number | null; readonly read: CellReader } | null;
}

interface Column extends PlannedField {
  readonly read: CellReader;
  /** Of a constant. */
  readonly value: FieldValue | null;
}

function columnOf(planned: PlannedField, marks: NumberMarks): Column {
  const type = LEDGER_TYPES.get(planned.field) ?? { kind: 'text' };
  const { constant } = planned.source;
  if (constant === undefined)
    return { ...planned, read: cellReader(type, planned.source, marks), value: null };
  const read = cellReader(type, {}, { decimal: '.', thousands: '' });
  const value = read(constant.trim(), 'text');
  return { ...planned, read, value: value.ok ? value.value : null };
}

const BLANK = Object.fromEntries(LEDGER_FIELDS.map((field) => [field, null])) as Record<LedgerField, null>;

/** @param marks how the file writes numbers. */
export function ledgerTyping(plan: ColumnPlan, marks: NumberMarks): LedgerTyping {
  const columns = plan.fields.map((planned) => columnOf(planned, marks));
  const byField = new Map(columns.map((column) => [column.field, column]));
  const width = plan.headers.length;

  function whole(message: string): readonly RowFault[] {
    return [{ column: null, header: null, field: null, cell: null, message }];
  }

  /** Faults of what a posting needs and the row has not. */
  function absent(empty: (field: LedgerField) => boolean): readonly RowFault[] {
    const fault = (field: LedgerField, message: string): RowFault => {
      const place = byField.get(field)?.place ?? null;
      return {
        column: place === null ? null : place + 1,
        header: place === null ? null : (plan.headers[place] ?? null),
        field,
        cell: place === null ? null : '',
        message,
      };
    };
    const faults: RowFault[] = [];
    if (empty('amount')) faults.push(fault('amount', 'amount is empty'));
    if (empty('currency')) faults.push(fault('currency', 'currency is empty'));
    const lacking = STAND_INS.filter(empty);
    if (empty('settlement_id') && lacking.length > 0) {
      const message = `settlement_id is empty, and so is ${lacking.join(', ')} that would stand in for it`;
      faults.push(fault('settlement_id', message));
    }
    return faults;
  }

  return {
    type({ cells, kinds, unvalued = [] }) {
      const values = new Map<LedgerField, FieldValue>();
      if (cells.length !== width) {
        const message = `has ${cells.length} cells where the header has ${width}`;
        return { row: null, faults: whole(message), values };
      }
      let faults: RowFault[] | null = null;
      const row: Record<string, FieldValue | null> = { ...BLANK };
      for (const { field, place, read, value } of columns) {
        if (place === null) {
          row[field] = value;
          continue;
        }
        const cell = cells[place] ?? '';
        const text = cell.trim();
        const hollow = unvalued.length > 0 && unvalued.includes(place);
        if (text === '' && !hollow) continue;
        const outcome = hollow ? null : read(text, kinds?.[place] ?? 'text');
        if (outcome?.ok) {
          row[field] = outcome.value;
          continue;
        }
        const why =
          outcome?.refusal.message ?? 'holds a formula without a value; open the file in Excel and save it';
        faults ??= [];
        faults.push({
          column: place + 1,
          header: plan.headers[place] ?? null,
          field,
          cell,
          message: `${field} ${why}`,
        });
      }
      const empty = (field: LedgerField): boolean => {
        const column = byField.get(field);
        if (!column) return true;
        return column.place === null ? column.value === null : (cells[column.place] ?? '').trim() === '';
      };
      const lacking = absent(empty);
      if (faults === null && lacking.length === 0) return { row: row as unknown as LedgerRow };
      for (const [field, value] of Object.entries(row))
        if (value !== null) values.set(field as LedgerField, value);
      return { row: null, faults: [...(faults ?? []), ...lacking], values };
    },
    reader(field) {
      const column = byField.get(field);
      return column ? { place: column.place, read: column.read } : null;
    },
  };
}
