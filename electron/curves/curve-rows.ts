/** Rows of a curve file, typed into the curve record by its own field names, with every error at once. */
import type { Decimal } from '../../shared/decimal.ts';
import { TieoutError } from '../../shared/errors.ts';
import { COMMODITIES } from '../../shared/settlement.ts';
import {
  currency,
  decimalValue,
  type FieldReader,
  instant,
  oneOf,
  text,
  zoneReader,
} from '../ingest/field-types.ts';
import { CURVE_RECORD } from '../ingest/record-schema.ts';

/** Instants are microseconds UTC since 1970. */
export interface CurveRow {
  /** In the file; the header is line 1. */
  readonly line: number;
  readonly curve_id: string;
  readonly as_of: bigint;
  readonly delivery_start: bigint;
  readonly delivery_end: bigint;
  readonly price: Decimal;
  readonly price_uom: string | null;
  readonly currency: string | null;
  readonly commodity: string | null;
  readonly timezone: string | null;
  readonly location: string | null;
  readonly updated_at: bigint | null;
}

type CurveField = Exclude<keyof CurveRow, 'line'>;

const READERS = {
  curve_id: text,
  as_of: instant,
  delivery_start: instant,
  delivery_end: instant,
  price: decimalValue,
  price_uom: text,
  currency,
  commodity: oneOf(COMMODITIES),
  timezone: zoneReader(),
  location: text,
  updated_at: instant,
} as const satisfies { readonly [F in CurveField]: FieldReader<NonNullable<CurveRow[F]>> };

const REQUIRED = CURVE_RECORD.fields.filter(({ need }) => need === 'required').map(({ name }) => name);

function isField(name: string): name is CurveField {
  return Object.hasOwn(READERS, name);
}

/** `Delivery Start`, `delivery_start` and `DELIVERY-START` are one name. */
function fieldOf(header: string): CurveField | null {
  const name = header
    .trim()
    .toLowerCase()
    .replace(/[\s_-]+/g, '_');
  return isField(name) ? name : null;
}

/** The field of each column; null where it is none of a curve's. @throws TieoutError `curve-columns`. */
export function readCurveHeader(headers: readonly string[], file: string): readonly (CurveField | null)[] {
  const fields = headers.map(fieldOf);
  const problems = REQUIRED.filter((name) => !fields.some((field) => field === name)).map(
    (name) => `${name} is missing`,
  );
  const doubled = new Set(fields.filter((field, at) => field !== null && fields.indexOf(field) !== at));
  for (const field of doubled) problems.push(`${field} is there twice`);
  if (problems.length > 0) {
    throw new TieoutError(
      'curve-columns',
      `The columns of ${file} do not make a curve: ${problems.join('; ')}. Its columns are ${headers.join(', ') || 'none'}.`,
      { file, problems },
    );
  }
  return fields;
}

/** One thing wrong with a row, at its column (from 1) where it is one cell's. */
interface Problem {
  readonly column: number | null;
  readonly message: string;
}

function problemText({ column, message }: Problem): string {
  return column === null ? message : `column ${column} ${message}`;
}

/** Types rows, and remembers which intervals came where. */
export class CurveRowTyping {
  readonly #fields: readonly (CurveField | null)[];
  readonly #columns: ReadonlyMap<CurveField, number>;
  /** The line of each curve's interval, to name the first where it comes again. */
  readonly #intervals = new Map<string, number>();

  constructor(fields: readonly (CurveField | null)[]) {
    this.#fields = fields;
    this.#columns = new Map(
      fields.flatMap((field, at): [CurveField, number][] => (field === null ? [] : [[field, at]])),
    );
  }

  #cell<F extends CurveField>(
    field: F,
    reader: FieldReader<NonNullable<CurveRow[F]>>,
    cells: readonly string[],
    problems: Problem[],
  ): NonNullable<CurveRow[F]> | null {
    const at = this.#columns.get(field);
    if (at === undefined) return null;
    const value = (cells[at] ?? '').trim();
    const column = at + 1;
    if (value === '') {
      if (REQUIRED.includes(field)) problems.push({ column, message: `(${field}) is empty` });
      return null;
    }
    const read = reader({ kind: 'string', value });
    if (read.ok) return read.value;
    problems.push({ column, message: `(${field}) ${read.refusal.message}` });
    return null;
  }

  /** The row, or every reason why it cannot be read. */
  type(
    line: number,
    cells: readonly string[],
  ): { readonly row: CurveRow } | { readonly reasons: readonly string[] } {
    if (cells.length !== this.#fields.length) {
      return { reasons: [`has ${cells.length} cells where the header has ${this.#fields.length}`] };
    }
    const problems: Problem[] = [];
    const typed = {
      line,
      curve_id: this.#cell('curve_id', READERS.curve_id, cells, problems),
      as_of: this.#cell('as_of', READERS.as_of, cells, problems),
      delivery_start: this.#cell('delivery_start', READERS.delivery_start, cells, problems),
      delivery_end: this.#cell('delivery_end', READERS.delivery_end, cells, problems),
      price: this.#cell('price', READERS.price, cells, problems),
      price_uom: this.#cell('price_uom', READERS.price_uom, cells, problems),
      currency: this.#cell('currency', READERS.currency, cells, problems),
      commodity: this.#cell('commodity', READERS.commodity, cells, problems),
      timezone: this.#cell('timezone', READERS.timezone, cells, problems),
      location: this.#cell('location', READERS.location, cells, problems),
      updated_at: this.#cell('updated_at', READERS.updated_at, cells, problems),
    };
    const { curve_id, as_of, delivery_start, delivery_end, price } = typed;
    if (delivery_start !== null && delivery_end !== null && delivery_end <= delivery_start) {
      problems.push({
        column: this.#columnOf('delivery_end'),
        message: '(delivery_end) is not after its start',
      });
    }
    if (
      curve_id === null ||
      as_of === null ||
      delivery_start === null ||
      delivery_end === null ||
      price === null ||
      problems.length > 0
    ) {
      return { reasons: problems.map(problemText) };
    }
    const interval = JSON.stringify([curve_id, `${as_of} ${delivery_start} ${delivery_end}`]);
    const earlier = this.#intervals.get(interval);
    if (earlier !== undefined) {
      return { reasons: [`has the interval of line ${earlier} once more (curve, as-of, start and end)`] };
    }
    this.#intervals.set(interval, line);
    return { row: { ...typed, curve_id, as_of, delivery_start, delivery_end, price } };
  }

  #columnOf(field: CurveField): number | null {
    const at = this.#columns.get(field);
    return at === undefined ? null : at + 1;
  }
}
