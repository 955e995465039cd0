import type { DuckDBValue } from '@duckdb/node-api';
import { type Decimal, decimal } from '../../shared/decimal.ts';
import { type Sha256, sha256Of } from '../../shared/digest.ts';
import { TieoutError } from '../../shared/errors.ts';

/** The columns of a chunk by name, each an array of its values. */
export type ColumnsByName = ReadonlyMap<string, readonly DuckDBValue[]>;

/**
 * One row of a result, read by name and type: a column that is not there or of another type is a defect. It is a place
 * in its chunk's columns, because an object a row costs more than the query.
 */
export class Row {
  readonly #columns: ColumnsByName;
  readonly #index: number;

  constructor(columns: ColumnsByName, index: number) {
    this.#columns = columns;
    this.#index = index;
  }

  #value(name: string): DuckDBValue | undefined {
    return this.#columns.get(name)?.[this.#index];
  }

  #fault(name: string, wanted: string): TieoutError {
    const seen = this.#value(name);
    return new TieoutError(
      'internal',
      `Column ${name} is ${seen === undefined ? 'absent' : typeof seen}, not ${wanted}.`,
    );
  }

  textOrNull(name: string): string | null {
    const value = this.#value(name);
    if (value === null) return null;
    if (typeof value === 'string') return value;
    throw this.#fault(name, 'text');
  }

  text(name: string): string {
    const value = this.textOrNull(name);
    if (value === null) throw this.#fault(name, 'text');
    return value;
  }

  /** An integer that a JavaScript number holds exactly: a count, a page, a line; never money. */
  intOrNull(name: string): number | null {
    const value = this.#value(name);
    if (value === null) return null;
    if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
    if (typeof value === 'bigint' && value <= Number.MAX_SAFE_INTEGER && value >= Number.MIN_SAFE_INTEGER) {
      return Number(value);
    }
    throw this.#fault(name, 'an integer');
  }

  int(name: string): number {
    const value = this.intOrNull(name);
    if (value === null) throw this.#fault(name, 'an integer');
    return value;
  }

  bool(name: string): boolean {
    const value = this.#value(name);
    if (typeof value === 'boolean') return value;
    throw this.#fault(name, 'a boolean');
  }

  decimalOrNull(name: string): Decimal | null {
    const text = this.textOrNull(name);
    return text === null ? null : decimal(text);
  }

  decimal(name: string): Decimal {
    return decimal(this.text(name));
  }

  sha256(name: string): Sha256 {
    return sha256Of(this.text(name));
  }

  sha256OrNull(name: string): Sha256 | null {
    const text = this.textOrNull(name);
    return text === null ? null : sha256Of(text);
  }

  /** The row as JSON text wrote it. */
  json(name: string): unknown {
    return JSON.parse(this.text(name));
  }
}
