/** What a page of records looks like, observed the plain way, value by value: what the quick way is held against. */
import { type Lexeme, readMembers } from '../../../electron/etrm/canonical/lexemes.ts';
import {
  type FieldObserved,
  MOST_MEMBERS,
  MOST_NAME,
  MOST_SIZES,
  MOST_VALUES,
  type ObservedKind,
  type Occurrence,
  type PageObserved,
  SAMPLE_LENGTH,
  type SizesObserved,
} from '../../../electron/ingest/schema-observed.ts';
import { parseDecimal } from '../../../shared/decimal.ts';

interface Place {
  readonly page: number;
  readonly index: number;
}

function shortened(text: string): string {
  return text.slice(0, SAMPLE_LENGTH);
}

function seen(before: Occurrence | null, { page, index }: Place, text: string | null): Occurrence {
  if (before) return { ...before, count: before.count + 1 };
  return { count: 1, page, index, sample: text === null ? null : shortened(text) };
}

function sized(before: SizesObserved | null, size: number, place: Place, text: string): SizesObserved {
  const counts = before?.counts ?? [];
  const at = Math.min(size, MOST_SIZES - 1);
  while (counts.length <= at) counts.push(0);
  counts[at] = (counts[at] ?? 0) + 1;
  if (before && before.largest >= size) return { ...before, counts };
  return { counts, largest: size, page: place.page, index: place.index, sample: shortened(text) };
}

/** @returns false where the text is no decimal. */
function seeDigits(field: FieldObserved, place: Place, text: string): boolean {
  const plain = /^-?\d+(\.\d+)?$/.test(text) ? text : parseDecimal(text);
  if (plain === null) return false;
  const [whole = '', fraction = ''] = plain.replace('-', '').split('.');
  field.integerDigits = sized(field.integerDigits, whole.replace(/^0+/, '').length, place, text);
  field.fractionDigits = sized(field.fractionDigits, fraction.length, place, text);
  return true;
}

function seeCode(field: FieldObserved, values: Map<string, Occurrence>, place: Place, text: string): void {
  const code = shortened(text.trim().toUpperCase());
  const known = values.get(code) ?? null;
  if (known !== null || values.size < MOST_VALUES) values.set(code, seen(known, place, text));
  else field.moreValues = seen(field.moreValues, place, text);
}

function see(field: FieldObserved, place: Place, sent: Lexeme): void {
  const count = (kind: ObservedKind, text: string | null): void => {
    field.kinds[kind] = seen(field.kinds[kind], place, text);
  };
  if (sent.kind === 'string') {
    const { value } = sent;
    count('string', value);
    field.lengths = sized(field.lengths, value.length, place, value);
    if (field.values) seeCode(field, field.values, place, value);
    else if (seeDigits(field, place, value.trim())) field.numericStrings += 1;
  } else if (sent.kind === 'number') {
    count(sent.integer ? 'integer' : 'number', sent.text);
    seeDigits(field, place, sent.text);
  } else if (sent.kind === 'object' || sent.kind === 'array') count(sent.kind, sent.text);
  else if (sent.kind === 'null') count('null', null);
  else count('boolean', sent.kind);
}

function emptyField(enumerated: boolean): FieldObserved {
  const none = null;
  return {
    kinds: {
      null: none,
      string: none,
      integer: none,
      number: none,
      boolean: none,
      object: none,
      array: none,
    },
    numericStrings: 0,
    lengths: null,
    integerDigits: null,
    fractionDigits: null,
    values: enumerated ? new Map() : null,
    moreValues: null,
  };
}

/** @param records JSON texts of objects. @param enumerated members that an enumeration is made from. */
export function observedPage(
  page: number,
  records: readonly string[],
  enumerated: ReadonlySet<string> = new Set(),
): PageObserved {
  const fields = new Map<string, FieldObserved>();
  let moreMembers: Occurrence | null = null;
  for (const [index, record] of records.entries()) {
    const utf8 = Buffer.from(record);
    const place = { page, index };
    for (const [name, sent] of readMembers(utf8, 0, utf8.length)) {
      let field = fields.get(name);
      if (!field) {
        if (fields.size >= MOST_MEMBERS || name.length > MOST_NAME) {
          moreMembers = seen(moreMembers, place, name);
          continue;
        }
        field = emptyField(enumerated.has(name));
        fields.set(name, field);
      }
      see(field, place, sent);
    }
  }
  return { page, records: records.length, fields, moreMembers };
}
