/** A compared item as JSON text, in the form of docs/report.schema.json. */
import { ITEM_COLUMNS, type ItemCells } from './report-items.ts';

/** What stands before a value, and how the value is written. */
interface Member {
  readonly before: string;
  readonly at: number;
  readonly as: 'number' | 'plain' | 'text';
}

/** @param name of the member. @param column of the item; null: its time zone, which no column shows. */
function member(name: string, column: string | null): Member {
  const at = column === null ? ITEM_COLUMNS.length : ITEM_COLUMNS.findIndex((one) => one.name === column);
  const found = ITEM_COLUMNS[at];
  const as = found?.kind === 'integer' ? 'number' : found && !found.foreign ? 'plain' : 'text';
  return { before: `"${name}":`, at, as };
}

const HEAD = [
  ...['settlement_id', 'trade_id', 'location', 'charge_type'].map((name) => member(name, name)),
  member('timezone', null),
  ...['state', 'category', 'break_id', 'difference'].map((name) => member(name, name)),
];
const DIFFERING = ITEM_COLUMNS.findIndex(({ name }) => name === 'differing');
/** JSON text already, of the few items that were judged with more than plain figures. */
const EVIDENCE = ITEM_COLUMNS.findIndex(({ name }) => name === 'evidence');

function side(prefix: string): readonly Member[] {
  return ITEM_COLUMNS.filter(({ name }) => name.startsWith(prefix)).map(({ name }) =>
    member(name.slice(prefix.length), name),
  );
}
const [ETRM, LEDGER] = [side('etrm_'), side('ledger_')];

/** What is ours is in letters that JSON writes as they are; anything may be in what others sent. */
function members(of: readonly Member[], cells: ItemCells): string {
  let text = '';
  for (const { before, at, as } of of) {
    const value = cells[at] ?? null;
    const shown =
      value === null || as === 'number' ? value : as === 'plain' ? `"${value}"` : JSON.stringify(value);
    text += `${text === '' ? '' : ','}${before}${shown}`;
  }
  return text;
}

function sideText(of: readonly Member[], cells: ItemCells): string {
  const there = cells[of[0]?.at ?? 0] ?? null;
  return there === null ? 'null' : `{${members(of, cells)}}`;
}

export function itemJson(cells: ItemCells): string {
  const differing = (cells[DIFFERING] ?? '').split(' ').filter((field) => field !== '');
  const evidence = cells[EVIDENCE] ?? null;
  return `{${members(HEAD, cells)}${evidence === null ? '' : `,"evidence":${evidence}`},"differing":${JSON.stringify(differing)},"etrm":${sideText(ETRM, cells)},"ledger":${sideText(LEDGER, cells)}}`;
}
