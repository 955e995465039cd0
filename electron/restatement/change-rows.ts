/** Changes of a diff, by window, with both runs' values. */
import { letterId } from '../../shared/dead-letters.ts';
import { CHANGE_KINDS, type Change, type ChangeKind } from '../../shared/restatement.ts';
import { SETTLEMENT_FIELDS } from '../../shared/settlement.ts';
import type { Row } from '../workspace/row.ts';
import type { Parameter, Reader } from '../workspace/transaction.ts';
import type { DiffTables } from './diff-sql.ts';
import { fieldText } from './field-text.ts';

export interface ChangeFilter {
  readonly kind: ChangeKind | null;
  /** A field that differs. */
  readonly field: string | null;
  /** In the settlement's or trade's id, the counterparty or the location; any case. */
  readonly search: string;
}

export interface ChangesWindow {
  readonly offset: number;
  readonly total: number;
  readonly rows: readonly Change[];
}

const SEARCHED = ['settlement_id', 'trade_id', 'counterparty', 'location'];

/** Of the later run, where it has the settlement. */
function either(field: string): string {
  return `coalesce(${fieldText(field, 'n')}, ${fieldText(field, 'o')}) AS ${field}`;
}

const SHOWN = [
  'trade_id',
  'counterparty',
  'location',
  'delivery_start',
  'delivery_end',
  'timezone',
  'currency',
];

const COLUMNS = [
  'd.kind, d.settlement_id, d.fields::JSON::VARCHAR AS fields, d.from_occurrences, d.to_occurrences',
  'd.letter.page AS letter_page, d.letter.idx AS letter_idx',
  ...SHOWN.map(either),
  ...SETTLEMENT_FIELDS.flatMap((field) => [
    `${fieldText(field, 'o')} AS from_${field}`,
    `${fieldText(field, 'n')} AS to_${field}`,
  ]),
].join(', ');

/** Every change with both runs' rows, for a search in them. Bound: the earlier run, the later run. */
function joined(changes: string): string {
  return `${changes} d
    LEFT JOIN settlement o ON o.run_id = ? AND o.page = d.from_page AND o.idx = d.from_idx
    LEFT JOIN settlement n ON n.run_id = ? AND n.page = d.to_page AND n.idx = d.to_idx`;
}

/**
 * The rows of a window `d`. By inner joins first: only these let the engine read no more of the table than it needs.
 * Bound: the earlier run, the later run.
 */
const WINDOW_ROWS = `
     o AS MATERIALIZED (
       SELECT s.* FROM d JOIN settlement s ON s.run_id = ? AND s.page = d.from_page AND s.idx = d.from_idx),
     n AS MATERIALIZED (
       SELECT s.* FROM d JOIN settlement s ON s.run_id = ? AND s.page = d.to_page AND s.idx = d.to_idx)
     SELECT ${COLUMNS} FROM d
     LEFT JOIN o ON o.page = d.from_page AND o.idx = d.from_idx
     LEFT JOIN n ON n.page = d.to_page AND n.idx = d.to_idx
     ORDER BY d.position`;

function kindOf(text: string): ChangeKind {
  return CHANGE_KINDS.find((kind) => kind === text) ?? 'changed';
}

function whole(text: string | null): number | null {
  return text === null ? null : Number(text);
}

/** @param runs the earlier and the later one. */
function changeOf(row: Row, runs: readonly [string, string]): Change {
  const kind = kindOf(row.text('kind'));
  const fields = row.json('fields');
  const [page, index] = [row.intOrNull('letter_page'), row.intOrNull('letter_idx')];
  return {
    kind,
    settlement_id: row.text('settlement_id'),
    from_version: whole(row.textOrNull('from_version')),
    to_version: whole(row.textOrNull('to_version')),
    from_occurrences: row.int('from_occurrences'),
    to_occurrences: row.int('to_occurrences'),
    trade_id: row.text('trade_id'),
    counterparty: row.text('counterparty'),
    location: row.text('location'),
    delivery_start: row.text('delivery_start'),
    delivery_end: row.text('delivery_end'),
    timezone: row.text('timezone'),
    currency: row.text('currency'),
    from_amount: row.decimalOrNull('from_amount'),
    to_amount: row.decimalOrNull('to_amount'),
    fields: (Array.isArray(fields) ? fields.map(String) : []).map((field) => ({
      field,
      from: row.textOrNull(`from_${field}`),
      to: row.textOrNull(`to_${field}`),
    })),
    dead_letter:
      page === null || index === null
        ? null
        : letterId({ runId: kind === 'removed' ? runs[1] : runs[0], page, index }),
  };
}

interface Condition {
  readonly sql: string;
  readonly parameters: readonly Parameter[];
  /** True where it looks at the runs' rows. */
  readonly joins: boolean;
}

function conditionOf({ kind, field, search }: ChangeFilter): Condition {
  const parts = ['true'];
  const parameters: Parameter[] = [];
  if (kind !== null) {
    parts.push('d.kind = ?');
    parameters.push(kind);
  }
  if (field !== null) {
    parts.push('list_contains(d.fields, ?)');
    parameters.push(field);
  }
  const wanted = search.trim();
  if (wanted !== '') {
    const columns = SEARCHED.map((column) => `contains(lower(coalesce(n.${column}, o.${column})), lower(?))`);
    parts.push(`(${columns.join(' OR ')})`);
    parameters.push(...columns.map(() => wanted));
  }
  return { sql: parts.join(' AND '), parameters, joins: wanted !== '' };
}

/** @param runs the earlier and the later one. */
export async function changesWindow(
  reader: Reader,
  { changes }: DiffTables,
  runs: readonly [string, string],
  filter: ChangeFilter,
  offset: number,
  limit: number,
): Promise<ChangesWindow> {
  const { sql, parameters, joins } = conditionOf(filter);
  const from = joins ? joined(changes) : `${changes} d`;
  const bound = joins ? [...runs, ...parameters] : parameters;
  const rows = await reader.rows(
    `WITH d AS MATERIALIZED (
       SELECT d.* FROM ${from} WHERE ${sql} ORDER BY d.position LIMIT ? OFFSET ?),${WINDOW_ROWS}`,
    [...bound, limit, offset, ...runs],
  );
  const counted = await reader.row(`SELECT count(*) AS n FROM ${from} WHERE ${sql}`, bound);
  return { offset, total: counted?.int('n') ?? 0, rows: rows.map((row) => changeOf(row, runs)) };
}
