/** Mappings from their text: checked as a whole, every fault at once. */
import type { Sha256 } from '../../shared/digest.ts';
import { asTieoutError, TieoutError } from '../../shared/errors.ts';
import type { MappingName } from '../../shared/extracts.ts';
import { canonicalJson } from '../etrm/canonical/canonical.ts';
import { compileForm } from '../ingest/date-form.ts';
import {
  type Fault,
  inOrder,
  type ProfileFault,
  schemaFaults,
  shownFault,
  wording,
} from '../profile/faults.ts';
import { type Places, placesOf } from '../profile/places.ts';
import { sha256 } from '../workspace/evidence.ts';
import { LEDGER_FIELDS, type LedgerField, STAND_INS } from './ledger-fields.ts';
import {
  type FieldSource,
  fullSource,
  MAPPING_FORMAT,
  type MappingDocument,
  mappingDocument,
  UNIT_FIELDS,
} from './mapping-document.ts';

export interface ExtractMapping {
  /** Null is the default one. */
  readonly named: MappingName | null;
  /** Canonical JSON text, all ASCII. */
  readonly document: string;
  readonly file: MappingDocument['file'];
  readonly totals: MappingDocument['totals'];
  /** Fields that the mapping names; null has no source. */
  readonly fields: ReadonlyMap<LedgerField, FieldSource | null>;
  /** True: a field that is not named has no source. */
  readonly only: boolean;
}

export type MappingFault = ProfileFault;

/** A mapping, or every fault that keeps its text from being one. */
export type ExaminedMapping =
  | { readonly ok: true; readonly mapping: ExtractMapping; readonly named: MappingName }
  | { readonly ok: false; readonly faults: readonly MappingFault[] };

const ROOT = 'the profile';

/** Words that are a profile's where the two are read alike. */
function ofMapping(fault: ProfileFault): MappingFault {
  return {
    ...fault,
    path: fault.path === ROOT ? 'the mapping' : fault.path,
    message: fault.message
      .replace('a profile has', 'a mapping has')
      .replace('no profile can', 'no mapping can'),
  };
}

function refused(faults: readonly ProfileFault[]): ExaminedMapping {
  return { ok: false, faults: inOrder(faults.map(ofMapping)) };
}

/** Parts that contradict each other. */
function crossFaults(document: MappingDocument): readonly Fault[] {
  const faults: Fault[] = [];
  const fault = (path: readonly (string | number)[], message: string): void => {
    faults.push({ path, message, ofName: false });
  };
  const { file, fields, only } = document;
  if (file.decimal !== undefined && file.decimal === file.thousands)
    fault(['file', 'thousands'], 'is the decimal mark too');
  const noHeader = file.header_line === null;
  for (const name of LEDGER_FIELDS) {
    const given = fields[name];
    if (given === undefined || given === null) continue;
    const source = fullSource(given);
    const path = ['fields', name];
    const { column, constant, form, zone, unit, decimal, thousands } = source;
    if (constant !== undefined && Object.keys(source).length > 1)
      fault([...path, 'constant'], 'stands alone: a constant is read from no column and changed by nothing');
    if (noHeader && typeof column === 'string')
      fault(
        path,
        `is ${JSON.stringify(column)}, but the file has no header line; give the number of the column`,
      );
    if (noHeader && column === undefined && constant === undefined)
      fault(path, 'names no column, but the file has no header line; give the number of the column');
    if (decimal !== undefined && decimal === (thousands ?? file.thousands))
      fault([...path, 'decimal'], 'is the thousands mark too');
    if (unit !== undefined && name in UNIT_FIELDS) {
      const field = UNIT_FIELDS[name as keyof typeof UNIT_FIELDS];
      if (fields[field] !== undefined && fields[field] !== null)
        fault([...path, 'unit'], `is told by ${field} too; keep one`);
    }
    if (form !== undefined && 'zone' in source) formFault([...path, 'form'], form, zone ?? null);
    else if (
      form !== undefined &&
      (name === 'delivery_start' || name === 'delivery_end' || name === 'updated_at')
    )
      formFault([...path, 'form'], form, null);
  }
  if (only) {
    const lacks = (field: LedgerField): boolean => (fields[field] ?? null) === null && !unitOf(field);
    for (const field of ['amount', 'currency'] as const)
      if (lacks(field))
        fault(['fields', field], 'is required and has no source, because only what is named has one');
    if (lacks('settlement_id') && STAND_INS.some(lacks))
      fault(
        ['fields', 'settlement_id'],
        `is required and has no source, and so has ${STAND_INS.filter(lacks).join(', ')} that would stand in for it`,
      );
  }
  return faults;

  function unitOf(field: LedgerField): boolean {
    return Object.entries(UNIT_FIELDS).some(([name, unit]) => {
      const given = fields[name as LedgerField];
      return unit === field && given !== null && given !== undefined && fullSource(given).unit !== undefined;
    });
  }

  function formFault(path: readonly (string | number)[], form: string, zone: string | null): void {
    try {
      compileForm(form, zone);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      fault(path, `is ${JSON.stringify(form)}, which ${error.message}`);
    }
  }
}

function placed(faults: readonly Fault[], places: Places): readonly ProfileFault[] {
  return faults.map((fault) =>
    shownFault(fault, fault.ofName ? places.ofName(fault.path) : places.ofValue(fault.path)),
  );
}

function compiled(document: MappingDocument, text: string, digest: Sha256): ExtractMapping {
  const fields = new Map<LedgerField, FieldSource | null>();
  for (const name of LEDGER_FIELDS) {
    const given = document.fields[name];
    if (given === null) fields.set(name, null);
    if (given === null || given === undefined) continue;
    const source = fullSource(given);
    fields.set(name, source);
    if (source.unit !== undefined && name in UNIT_FIELDS)
      fields.set(UNIT_FIELDS[name as keyof typeof UNIT_FIELDS], { constant: source.unit });
  }
  const { name, revision, file, totals, only } = document;
  return { named: { name, revision, sha256: digest }, document: text, file, totals, fields, only };
}

/** @param text JSON of a mapping. */
export function examineMapping(text: string): ExaminedMapping {
  let canonical: Uint8Array;
  try {
    canonical = canonicalJson(Buffer.from(text.toWellFormed()));
  } catch (error) {
    const known = asTieoutError(error);
    if (!known.code.startsWith('json-')) throw error;
    const message = `is no JSON: ${known.message.replace(/^The JSON cannot be read: /, '').replace(/ \(line .*$/, '')}`;
    return refused([
      { path: ROOT, message, line: Number(known.details.line), column: Number(known.details.column) },
    ]);
  }
  const places = placesOf(text);
  const odd = placed(
    places.faults.map(({ path, message }) => ({ path, message, ofName: false })),
    places,
  );
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return refused(odd);
  }
  const read = mappingDocument.safeParse(value, { error: wording });
  const faults = [
    ...odd,
    ...placed(read.success ? crossFaults(read.data) : schemaFaults(read.error.issues), places),
  ];
  if (!read.success || faults.length > 0) return refused(faults);
  const bytes = Buffer.from(canonical);
  const digest = sha256(bytes);
  const mapping = compiled(read.data, bytes.toString('latin1'), digest);
  return { ok: true, mapping, named: { name: read.data.name, revision: read.data.revision, sha256: digest } };
}

/** Faults named in the message; the rest is in the details. */
const NAMED = 5;

/** @param file its name, for the message. */
export function mappingInvalid(file: string, faults: readonly MappingFault[]): TieoutError {
  const lines = faults.map(({ line, column, path, message }) => `${line}:${column} ${path} ${message}`);
  const named = faults
    .slice(0, NAMED)
    .map(({ line, column, path, message }) => `line ${line}, column ${column}: ${path} ${message}`)
    .join('; ');
  const rest = faults.length > NAMED ? `; and ${faults.length - NAMED} more` : '';
  return new TieoutError(
    'mapping-invalid',
    `${file} is no valid mapping, ${faults.length} ${faults.length === 1 ? 'fault' : 'faults'}: ${named}${rest}.`,
    { file, count: faults.length, faults: lines },
  );
}

/** @param file its name, for messages. @throws TieoutError `mapping-invalid`, with every fault in its details. */
export function parseMapping(text: string, file: string): ExtractMapping & { readonly named: MappingName } {
  const examined = examineMapping(text);
  if (!examined.ok) throw mappingInvalid(file, examined.faults);
  return { ...examined.mapping, named: examined.named };
}

/** What an extract is read by where no mapping is named: every field from the column that bears its name. */
export const DEFAULT_MAPPING: ExtractMapping = {
  named: null,
  document: '',
  file: {},
  totals: { rows: 'find', mismatch: 'warn' },
  fields: new Map(),
  only: false,
};

/** As a file, to start an own mapping from. */
export function startingMapping(): string {
  const fields = Object.fromEntries(LEDGER_FIELDS.map((name) => [name, name]));
  const document = {
    mapping: MAPPING_FORMAT,
    name: 'my-ledger',
    revision: 1,
    description:
      'Every field from the column of its own name: change what your ledger calls otherwise, remove what it has not.',
    file: {},
    totals: { rows: 'find', mismatch: 'warn' },
    fields,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
