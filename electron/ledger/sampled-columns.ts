/**
 * How a CSV extract's columns are typed while the engine reads it, told from rows of all over the file. The sample decides
 * what is quick, never what is right: a row is only taken where its own cells are plain.
 */
import type { Transaction } from '../workspace/transaction.ts';
import type { PlannedField } from './column-plan.ts';
import { keepDictionary } from './counted-columns.ts';
import type { OpenExtract } from './extract-source.ts';
import { LEDGER_TYPES } from './ledger-fields.ts';
import type { LedgerTyping } from './ledger-typing.ts';
import type { Sample } from './numbered-body.ts';
import {
  type ColumnSql,
  codesField,
  decimalField,
  dictionaryField,
  marksOfColumn,
  narrowField,
  textField,
  wayOf,
  zuluField,
} from './plain-sql.ts';
import type { Staged } from './staged-extract.ts';

/** Texts that are asked for one after another; more of them are looked up in a table. */
const MOST_CODES = 6;

/** How many rows of the file may have a text that the sample lacks: they are read again, and typed one by one. */
const UNSEEN = 0.005;

const ZULU = /^[1-9]\d{3}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
/** More than the engine's narrow type holds, before or behind the point. */
const TEN_DIGITS = /\d{10}/;

interface Dictionary {
  readonly planned: PlannedField;
  readonly column: string;
  readonly texts: readonly string[];
}

export type SampledColumn = ColumnSql | Dictionary;

/** The texts of a column, if so few rows can have others: the share of those seen once says how many are yet to be seen. */
function textsOf({ rows, whole }: Sample, place: number): readonly string[] | null {
  const seen = new Map<string, number>();
  for (const cells of rows) {
    const text = cells[place] ?? '';
    if (text !== '') seen.set(text, (seen.get(text) ?? 0) + 1);
  }
  if (whole) return [...seen.keys()];
  let once = 0;
  for (const count of seen.values()) if (count === 1) once += 1;
  return once <= rows.length * UNSEEN ? [...seen.keys()] : null;
}

function everyText({ rows }: Sample, place: number, test: (text: string) => boolean): boolean {
  return rows.every((cells) => cells[place] === undefined || cells[place] === '' || test(cells[place]));
}

function decimalColumn(
  planned: PlannedField,
  place: number,
  open: OpenExtract,
  { absent, sample }: Staged & { readonly sample: Sample },
): ColumnSql {
  const { field } = planned;
  const column = `c${place}`;
  const marks = marksOfColumn(planned, 'text', open.reading.numbers, absent);
  const joined = (text: string): string =>
    marks.thousands === '' ? text : text.replaceAll(marks.thousands, '');
  return everyText(sample, place, (text) => !TEN_DIGITS.test(joined(text)))
    ? narrowField(planned, column, marks)
    : { field, column, ...decimalField(planned, column, marks).careful };
}

/** Fields whose texts are known by the sample: few of them where they stand, more in a table. */
function listedColumn(
  planned: PlannedField,
  column: string,
  texts: readonly string[],
  typing: LedgerTyping,
): SampledColumn {
  const { field } = planned;
  const read = typing.reader(field)?.read;
  const same = texts.filter((text) => {
    const value = text.trim() === text ? read?.(text, 'text') : undefined;
    return value?.ok === true && String(value.value) === text;
  });
  const timed = LEDGER_TYPES.get(field)?.kind === 'instant';
  return same.length === texts.length && !timed && texts.length <= MOST_CODES
    ? codesField(field, column, texts)
    : { planned, column, texts };
}

/** @returns null where a column must be looked at as a whole before it is typed. */
export function sampledColumns(
  open: OpenExtract,
  staged: Staged & { readonly sample: Sample },
  typing: LedgerTyping,
): readonly SampledColumn[] | null {
  const columns: SampledColumn[] = [];
  for (const planned of open.plan.fields) {
    const { field, place } = planned;
    if (place === null) continue;
    const column = `c${place}`;
    const way = wayOf(planned, 'text');
    if (way === 'exact') return null;
    if (way === 'text') {
      const { careful } = textField(field, column, staged.clean);
      columns.push({ field, column, ...careful, plain: staged.clean ? null : careful.plain });
    } else if (way === 'decimal') columns.push(decimalColumn(planned, place, open, staged));
    else if (
      LEDGER_TYPES.get(field)?.kind === 'instant' &&
      planned.source.form === undefined &&
      everyText(staged.sample, place, (text) => ZULU.test(text))
    )
      columns.push(zuluField(field, column));
    else {
      const texts = textsOf(staged.sample, place);
      if (texts === null) return null;
      columns.push(listedColumn(planned, column, texts, typing));
    }
  }
  return columns;
}

export interface MadeColumns {
  readonly columns: readonly ColumnSql[];
  /** To be dropped. */
  readonly tables: readonly string[];
}

/** Keeps what is to be looked up. */
export async function makeColumns(
  tx: Transaction,
  sampled: readonly SampledColumn[],
  typing: LedgerTyping,
): Promise<MadeColumns> {
  const columns: ColumnSql[] = [];
  const tables: string[] = [];
  for (const each of sampled) {
    if (!('texts' in each)) {
      columns.push(each);
      continue;
    }
    const { planned, column, texts } = each;
    const table = `dictionary_${column}_${planned.field}`;
    await keepDictionary(tx, table, texts, planned, typing, 'text');
    tables.push(table);
    const { field, careful } = dictionaryField({ planned, column, table }, false);
    columns.push({ field, column, ...careful });
  }
  return { columns, tables };
}
