/** Breaks listed, shown and worked. */
import { resolve } from 'node:path';
import { BREAK_STATES, type BreakActResult } from '../../shared/breaks.ts';
import { TieoutError } from '../../shared/errors.ts';
import type { App } from '../app.ts';
import type { BreakChange } from '../breaks/act-rules.ts';
import type { BreakChoice } from '../breaks/break-acts.ts';
import type { LineWatch } from '../breaks/break-lines.ts';
import { refuseExisting, writeFileSafely } from '../report/safe-file.ts';
import { type BreakOptions, breakChoice, breakFilter, sortOption } from './break-options.ts';
import { breakActInWords, breakFields, breakInWords, breaksInWords, detailInWords } from './break-words.ts';
import { type CommonOptions, numberOption, type Session } from './session.ts';

const MOST_LISTED = 100_000_000;

export interface ListOptions extends BreakOptions {
  readonly sort?: string;
  readonly limit?: string;
}

export async function breaksList(session: Session, options: ListOptions): Promise<number> {
  const filter = breakFilter(options);
  const sort = sortOption(options.sort);
  const limit =
    options.limit === undefined ? MOST_LISTED : numberOption(options.limit, '--limit', 0, MOST_LISTED);
  const app = await session.app();
  let listed = 0;
  for await (const rows of app.breaks.all(filter, sort)) {
    session.signal.throwIfAborted();
    for (const row of rows.slice(0, limit - listed))
      session.out.event({ type: 'break', ...breakFields(row) }, breakInWords(row));
    listed += rows.length;
    if (listed >= limit) break;
  }
  const summary = await app.breaks.summary(filter.month);
  const { total, states, openByCategory, openDifference } = summary;
  session.out.event(
    {
      type: 'breaks',
      month: filter.month,
      total,
      ...Object.fromEntries(BREAK_STATES.map((state) => [state.replace('-', '_'), states[state]])),
      open_by_category: openByCategory,
      open_difference: openDifference,
    },
    breaksInWords(summary),
  );
  return 0;
}

export async function breaksShow(session: Session, breakId: string): Promise<number> {
  const app = await session.app();
  const detail = await app.breaks.detail(breakId);
  const { explained, differences, evidence } = detail.found;
  session.out.event(
    {
      type: 'break',
      ...breakFields(detail.row),
      standing: detail.standing,
      explained,
      differences,
      ...(evidence === undefined ? {} : { evidence }),
      history: detail.history.map(({ fileName, fileSha256, ...event }) => ({
        ...event,
        file: fileName,
        file_sha256: fileSha256,
      })),
    },
    detailInWords(detail),
  );
  return 0;
}

/** Ctrl-C ends an act before it is done, or comes too late for it. */
function watching({ signal }: Session): LineWatch {
  return { signal, onProgress: () => {} };
}

async function acted(session: Session, act: (app: App) => Promise<BreakActResult>): Promise<number> {
  const app = await session.app();
  try {
    const result = await act(app);
    session.out.event({ type: 'break-act', ...result }, breakActInWords(result));
    return 0;
  } catch (error) {
    // Every refusal, not the first alone.
    const refusals = error instanceof TieoutError ? error.details.refusals : undefined;
    if (Array.isArray(refusals)) {
      for (const text of refusals.map(String)) {
        const [breakId = ''] = text.split(' ', 1);
        const message = text.slice(breakId.length + 1);
        session.out.event({ type: 'break-refusal', break_id: breakId, message }, text);
      }
    }
    throw error;
  }
}

export function breaksAct(
  session: Session,
  ids: readonly string[],
  options: BreakOptions,
  change: BreakChange,
): Promise<number> {
  const choice: BreakChoice = breakChoice(options, ids);
  return acted(session, (app) => app.breaks.act(choice, change, watching(session)));
}

export function breaksAttach(
  session: Session,
  file: string,
  ids: readonly string[],
  options: BreakOptions & { readonly note?: string },
): Promise<number> {
  const choice = breakChoice(options, ids);
  return acted(session, (app) =>
    app.breaks.attach(choice, resolve(file), options.note ?? '', watching(session)),
  );
}

export interface EvidenceOptions extends CommonOptions {
  readonly out: string;
  readonly file?: string;
  readonly overwrite?: boolean;
}

/** Saves a file that lies beside a break, the newest where none is named. */
export async function breaksEvidence(
  session: Session,
  breakId: string,
  { out, file, overwrite }: EvidenceOptions,
): Promise<number> {
  const app = await session.app();
  const path = resolve(out);
  refuseExisting([path], overwrite ?? false);
  const { name, bytes } = await app.breaks.attachment(breakId, file ?? null);
  const { sha256 } = await writeFileSafely(path, [bytes], session.signal);
  session.out.event(
    { type: 'break-evidence', break_id: breakId, file: name, path, sha256 },
    `${path}  ${sha256}`,
  );
  return 0;
}

/** Lists what is suppressed for the months to come. */
export async function breaksSuppressions(session: Session): Promise<number> {
  const app = await session.app();
  const list = await app.breaks.suppressions();
  for (const { subject: _, ...one } of list)
    session.out.event(
      { type: 'suppression', ...one },
      `${one.breakId}  ${one.category}  ${one.tradeId === null ? one.settlementId : `${one.tradeId} ${one.location ?? ''} ${one.chargeType ?? ''}`}  since ${one.month}, by ${one.actor} on ${one.since}: ${one.note}`,
    );
  if (list.length === 0) session.out.say('Nothing is suppressed for the months to come.');
  return 0;
}

export interface ReasonOptions extends CommonOptions {
  readonly add?: string;
  readonly text?: string;
  readonly remove?: string;
}

/** Lists the reason codes, after adding or removing one. */
export async function breaksReasons(session: Session, options: ReasonOptions): Promise<number> {
  const app = await session.app();
  const { settings } = await app.closing.settings();
  let { reasons } = settings;
  if (options.add !== undefined) {
    const code = options.add.toUpperCase();
    if (!/^[A-Z][A-Z0-9_-]{0,39}$/.test(code) || !options.text?.trim())
      throw new TieoutError(
        'usage',
        `A reason is added as --add CODE --text TEXT; "${options.add}" is ${options.text ? 'no code (letters, digits, - and _)' : 'without a text'}.`,
      );
    reasons = [...reasons.filter((one) => one.code !== code), { code, text: options.text.trim() }];
  }
  if (options.remove !== undefined) {
    const code = options.remove.toUpperCase();
    if (!reasons.some((one) => one.code === code))
      throw new TieoutError('usage', `There is no reason ${code} to remove; see tieout breaks reasons.`);
    reasons = reasons.filter((one) => one.code !== code);
    if (reasons.length === 0) throw new TieoutError('usage', 'One reason at least must stay.');
  }
  if (reasons !== settings.reasons) await app.closing.setSettings({ ...settings, reasons });
  for (const { code, text } of reasons)
    session.out.event({ type: 'reason', code, text }, `${code.padEnd(20)}  ${text}`);
  return 0;
}
