/** Which column of a file each field comes from: a mapping put on the headers that there are. */
import { TieoutError } from '../../shared/errors.ts';
import { fieldOf, folded, LEDGER_FIELDS, type LedgerField, STAND_INS } from './ledger-fields.ts';
import { DEFAULT_MAPPING, type ExtractMapping } from './mapping.ts';
import type { FieldSource } from './mapping-document.ts';

export interface PlannedField {
  readonly field: LedgerField;
  /** Of its column, from 0; null where the field is a constant. */
  readonly place: number | null;
  readonly source: FieldSource;
}

export interface ColumnPlan {
  /** In the order of the ledger's fields. */
  readonly fields: readonly PlannedField[];
  /** The field of each column; null where it is not taken. */
  readonly columns: readonly (LedgerField | null)[];
  readonly headers: readonly string[];
}

export interface Planned {
  readonly plan: ColumnPlan;
  /** Everything that keeps the columns from making postings. */
  readonly problems: readonly string[];
  /** How many fields have a column: the line of a file with the most is its header. */
  readonly matched: number;
}

/** The places of a header: exactly, else by what it says apart from case and dashes. */
function placesOf(headers: readonly string[], wanted: string): readonly number[] {
  const places = (same: (header: string) => boolean): readonly number[] =>
    headers.flatMap((header, at) => (same(header) ? [at] : []));
  const exact = places((header) => header.trim() === wanted.trim());
  return exact.length > 0 ? exact : places((header) => folded(header) === folded(wanted));
}

/** @param headers those of the file; for one without a header line, empty ones. */
export function planColumns(headers: readonly string[], mapping: ExtractMapping): Planned {
  const problems: string[] = [];
  const taken = new Map<LedgerField, PlannedField>();
  const claimed = new Set<number>();
  for (const [field, source] of mapping.fields) {
    if (source === null) continue;
    const { column, constant } = source;
    if (constant !== undefined) {
      taken.set(field, { field, place: null, source });
      continue;
    }
    const wanted = column ?? field;
    if (typeof wanted === 'number') {
      if (wanted > headers.length)
        problems.push(`${field} is column ${wanted}, but there are ${headers.length}`);
      taken.set(field, { field, place: wanted - 1, source });
      claimed.add(wanted - 1);
      continue;
    }
    const places = placesOf(headers, wanted);
    const [place] = places;
    if (place === undefined) {
      problems.push(`${field} is the column ${JSON.stringify(wanted)}, which is not there`);
      continue;
    }
    if (places.length > 1)
      problems.push(
        `${JSON.stringify(wanted)} for ${field} is there ${places.length === 2 ? 'twice' : `${places.length} times`}; name its column by number`,
      );
    taken.set(field, { field, place, source });
    claimed.add(place);
  }
  if (!mapping.only) {
    const doubled = new Set<LedgerField>();
    for (const [place, header] of headers.entries()) {
      const field = fieldOf(header);
      if (field === undefined || claimed.has(place) || mapping.fields.has(field)) continue;
      if (taken.has(field)) doubled.add(field);
      else taken.set(field, { field, place, source: {} });
    }
    for (const field of doubled) problems.push(`${field} is there twice`);
  }
  const lacks = (field: LedgerField): boolean =>
    !taken.has(field) && mapping.fields.get(field) !== undefined
      ? mapping.fields.get(field) === null
      : !taken.has(field);
  const missing: string[] = [];
  for (const field of ['amount', 'currency'] as const) if (lacks(field)) missing.push(`${field} is missing`);
  const standIns = STAND_INS.filter(lacks);
  if (lacks('settlement_id') && standIns.length > 0)
    missing.push(`settlement_id is missing, and so is ${standIns.join(', ')} that would stand in for it`);
  const fields = LEDGER_FIELDS.flatMap((field) => taken.get(field) ?? []);
  const columns = headers.map((_, at) => fields.find(({ place }) => place === at)?.field ?? null);
  return {
    plan: { fields, columns, headers },
    problems: [...missing, ...problems],
    matched: fields.filter(({ place }) => place !== null).length,
  };
}

export function columnsRefused(file: string, { plan, problems }: Planned): TieoutError {
  return new TieoutError(
    'ledger-columns',
    `The columns of ${file} do not make a ledger extract: ${problems.join('; ')}. Its columns are ${plan.headers.join(', ') || 'none'}.`,
    { file, problems },
  );
}

/** The columns of an extract that is read by its headers alone. @throws TieoutError `ledger-columns`. */
export function planByHeaders(headers: readonly string[], file: string): ColumnPlan {
  const planned = planColumns(headers, DEFAULT_MAPPING);
  if (planned.problems.length > 0) throw columnsRefused(file, planned);
  return planned.plan;
}
