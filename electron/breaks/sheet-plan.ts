/** What an edited sheet asks for, held against the breaks as they are: changes to make, and every fault. */
import type { SheetChange, SheetFault, WorkedBreak } from '../../shared/breaks.ts';
import type { CloseSettings } from '../../shared/close.ts';
import { compare, parseDecimal } from '../../shared/decimal.ts';
import { TieoutError } from '../../shared/errors.ts';
import { rightsOf } from '../close/settings.ts';
import { type ActBounds, type BreakChange, checkedChange, RIGHT_NEEDED, refusal } from './act-rules.ts';
import { type ChosenBreak, lineOf } from './break-acts.ts';
import type { BreakLine } from './break-lines.ts';
import { DECISIONS, STAMP_TITLE } from './sheet-columns.ts';
import type { EditedRow } from './sheet-read.ts';

export interface SheetPlanParts {
  readonly settings: CloseSettings;
  /** Counts what rows before wrote off. */
  readonly bounds: ActBounds;
  readonly actor: string;
  /** By break id. */
  readonly breaks: ReadonlyMap<string, ChosenBreak>;
  /** Why nothing may change in a month; null where it may. */
  readonly lockOf: (month: string) => string | null;
  /** Takes secrets out. */
  readonly clean: (text: string) => string;
}

export interface PlannedRow {
  readonly changes: readonly SheetChange[];
  readonly lines: readonly BreakLine[];
  readonly faults: readonly SheetFault[];
}

/** Columns that say which break it is, and that nobody edits. */
function keyFaults(row: EditedRow, found: WorkedBreak): readonly SheetFault[] {
  const faults: SheetFault[] = [];
  const hold = (column: string, now: string, same: boolean): void => {
    if (!same)
      faults.push({
        row: row.row,
        column,
        message: `is "${row.cell(column)}" and the workspace has "${now}": it was changed here, or the month was reconciled since the export`,
      });
  };
  hold('month', found.month, row.cell('month') === found.month);
  hold('category', found.category, row.cell('category') === found.category);
  hold('currency', found.currency, row.cell('currency') === found.currency);
  const difference = parseDecimal(row.cell('difference'));
  hold('difference', found.difference, difference !== null && compare(difference, found.difference) === 0);
  return faults;
}

type Asked = {
  readonly column: string;
  readonly change: BreakChange;
  readonly from: string;
  readonly to: string;
};

/** What the edited cells ask for. */
function asked(
  row: EditedRow,
  found: WorkedBreak,
  fault: (column: string, message: string) => void,
): readonly Asked[] {
  const list: Asked[] = [];
  const [assignee, decision, reason, note, comment] = [
    row.cell('assignee'),
    row.cell('decision').toLowerCase(),
    row.cell('reason').toUpperCase(),
    row.cell('note'),
    row.cell('comment'),
  ];
  if (assignee !== (found.assignee ?? '')) {
    list.push({
      column: 'assignee',
      change: { act: 'assign', assignee },
      from: found.assignee ?? '',
      to: assignee,
    });
  }
  const of = { column: 'decision', from: found.state, to: decision } as const;
  const moved = decision !== found.state;
  const explained = reason !== (found.reason ?? '') || note !== (found.note ?? '');
  // Where a decision is taken back, the reason that stood beside it is no new note.
  const newNote = note === (found.note ?? '') ? '' : note;
  if (moved && decision === 'resolved') list.push({ ...of, change: { act: 'resolve', reason, note } });
  else if (moved && decision === 'written-off')
    list.push({ ...of, change: { act: 'write-off', reason, note } });
  else if (moved && decision === 'suppressed') list.push({ ...of, change: { act: 'suppress', note } });
  else if (moved && decision === 'open') {
    list.push({ ...of, change: { act: found.state === 'suppressed' ? 'lift' : 'reopen', note: newNote } });
  } else if (moved) {
    fault('decision', `is "${row.cell('decision')}", not one of ${DECISIONS.join(', ')}`);
  } else if (explained) {
    fault(
      reason === (found.reason ?? '') ? 'note' : 'reason',
      found.state === 'open'
        ? 'is given without a decision; set decision too, or write a comment'
        : `belongs to the decision that stands (${found.state}); set decision to open first, or write a comment`,
    );
  }
  if (comment !== '')
    list.push({ column: 'comment', change: { act: 'comment', note: comment }, from: '', to: comment });
  return list;
}

export function planRow(row: EditedRow, parts: SheetPlanParts): PlannedRow {
  const { settings, actor } = parts;
  const faults: SheetFault[] = [];
  const fault = (column: string, message: string): void => {
    faults.push({ row: row.row, column, message });
  };
  const none = { changes: [], lines: [], faults };
  const id = row.cell('break_id');
  const chosen = parts.breaks.get(id);
  if (!chosen) {
    fault('break_id', `is "${id}", which is no break of this workspace`);
    return none;
  }
  const found = chosen.row;
  const wanted = asked(row, found, fault);
  faults.push(...keyFaults(row, found));
  // A row that asks for nothing may be as old as it likes.
  if (wanted.length === 0) return none;
  if (row.cell(STAMP_TITLE) !== String(found.place))
    fault(
      STAMP_TITLE,
      `is ${row.cell(STAMP_TITLE) || 'empty'} and the break is at ${found.place}: it was worked since the export; export it again`,
    );
  const locked = parts.lockOf(found.month);
  if (locked !== null) fault('month', locked);
  const ready: (Asked & { readonly checked: BreakChange | null })[] = [];
  for (const one of wanted) {
    const { column, change } = one;
    if (!rightsOf(settings, actor).includes(RIGHT_NEEDED[change.act])) {
      fault(column, `needs the right "${RIGHT_NEEDED[change.act]}", which ${actor} has not`);
      continue;
    }
    let checked: BreakChange | null = null;
    try {
      checked = checkedChange(change, settings, parts.clean);
    } catch (error) {
      if (!(error instanceof TieoutError)) throw error;
      fault('reason' in change ? 'reason' : column, error.message);
    }
    ready.push({ ...one, checked });
  }
  const changes: SheetChange[] = [];
  const lines: BreakLine[] = [];
  for (const { column, change, from, to, checked } of ready) {
    // What is not applied takes nothing of a limit from the rows behind it.
    const bounds =
      faults.length === 0 ? parts.bounds : { ...parts.bounds, limits: parts.bounds.limits.aside() };
    const refused = refusal(change, found, bounds);
    if (refused !== null) fault(column, `cannot be: the break ${refused}`);
    if (checked === null || refused !== null) continue;
    lines.push(lineOf(chosen, checked, lines.length));
    changes.push({ row: row.row, breakId: id, act: change.act, from, to });
  }
  return { changes, lines, faults };
}
