/** The channels of breaks that are worked, of the close and of netting (part of `contract.ts`). */
import { z } from 'zod';
import { askId } from './asks.ts';
import {
  BREAK_SORTS,
  BREAK_STATES,
  type BreakActResult,
  type BreakSummary,
  type SheetPreview,
  type WorkedBreak,
  type WorkedBreakDetail,
} from './breaks.ts';
import type { Adjustment, AdjustmentTotals, CloseAct, CloseStatus, NettingRow } from './close.ts';
import { ALL_BREAK_CATEGORIES } from './recon.ts';
import type { RowWindow } from './views.ts';

interface Channel<Args extends z.ZodType, Result> {
  readonly args: Args;
  /** Type only. */
  readonly result?: Result;
}

function channel<Result>() {
  return <Args extends z.ZodType>(args: Args): Channel<Args, Result> => ({ args });
}

const month = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/);
const id = z.string().min(1).max(100);
const words = z.string().max(2000);
const rowsOf = { offset: z.int().min(0), limit: z.int().min(1).max(500) };
/** As many as anybody marks by hand; more are meant by their filter. */
const MOST_MARKED = 10_000;

const filter = z.strictObject({
  month: month.nullable(),
  state: z.enum(BREAK_STATES).nullable(),
  category: z.enum(ALL_BREAK_CATEGORIES).nullable(),
  assignee: z.string().max(200).nullable(),
  reason: z.string().max(100).nullable(),
  counterparty: z.string().max(10_000).nullable(),
  minAge: z.int().min(0).max(36_500).nullable(),
  search: z.string().max(200),
});

/** Null: all that the filter leaves and the act fits. */
const ids = z.array(id).min(1).max(MOST_MARKED).nullable();

const change = z.discriminatedUnion('act', [
  z.strictObject({ act: z.literal('assign'), assignee: z.string().max(200) }),
  z.strictObject({ act: z.literal('comment'), note: words }),
  z.strictObject({ act: z.enum(['resolve', 'write-off']), reason: z.string().max(100), note: words }),
  z.strictObject({
    act: z.enum(['reopen', 'suppress', 'lift', 'suppress-future', 'lift-future']),
    note: words,
  }),
]);

export interface PickedSheet {
  /** Names the file to `worked.applySheet`. */
  readonly sheet: string;
  readonly file: string;
  readonly preview: SheetPreview;
}

export const CLOSE_CHANNELS = {
  'worked.window': channel<RowWindow<WorkedBreak>>()(
    z.strictObject({ filter, sort: z.enum(BREAK_SORTS), ...rowsOf }),
  ),
  'worked.summary': channel<BreakSummary>()(z.strictObject({ month: month.nullable() })),
  'worked.show': channel<WorkedBreakDetail>()(z.strictObject({ breakId: id })),
  'worked.act': channel<BreakActResult>()(z.strictObject({ filter, ids, change, askId })),
  /** Asks for a file in the main process; null where the analyst cancelled the dialog. */
  'worked.attach': channel<BreakActResult | null>()(z.strictObject({ filter, ids, note: words, askId })),
  /** Asks where to save a file that lies beside a break; null where the analyst cancelled the dialog. */
  'worked.saveFile': channel<{ readonly path: string } | null>()(
    z.strictObject({ breakId: id, sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
  ),
  /** Asks where to save, then writes the workbook as a job; null where the analyst cancelled the dialog. */
  'worked.export': channel<{ readonly jobId: string } | null>()(z.strictObject({ filter })),
  /** Asks for a workbook and says what it would change; null where the analyst cancelled the dialog. */
  'worked.pickSheet': channel<PickedSheet | null>()(z.strictObject({ askId })),
  /** Applies the picked workbook as a job. */
  'worked.applySheet': channel<{ readonly jobId: string }>()(
    z.strictObject({ sheet: id, skipBad: z.boolean() }),
  ),

  'close.status': channel<CloseStatus>()(z.strictObject({ month })),
  'close.act': channel<CloseAct>()(
    z.strictObject({ month, act: z.enum(['sign', 'approve', 'return', 'reopen']), reason: words }),
  ),
  'close.adjustments': channel<RowWindow<Adjustment>>()(z.strictObject({ month, ...rowsOf })),
  'close.give': channel<readonly AdjustmentTotals[]>()(z.strictObject({ month, toMonth: month })),
  /** The settings as JSON text, to be edited. */
  'close.settings': channel<{ readonly text: string; readonly sha256: string }>()(z.undefined()),
  'close.setSettings': channel<{ readonly sha256: string }>()(
    z.strictObject({ text: z.string().max(1_000_000) }),
  ),
  'netting.rows': channel<readonly NettingRow[]>()(z.strictObject({ month })),
} as const;
