/**
 * The only way between renderer and main process. Every invoke channel has a schema for its arguments, parsed by
 * the main process at run time, and a type for its result; every event has a type. No token and no secret is in any
 * of them, but for `connections.save` and `siem.save`, which carry one towards the keychain and never back.
 */
import { z } from 'zod';
import { type AskProgress, askId } from './asks.ts';
import { CLOSE_CHANNELS } from './close-channels.ts';
import { connectionSettings } from './connection-settings.ts';
import { LETTER_STATES, type LetterActResult, type RetryProfile } from './dead-letters.ts';
import { DRIFT_STATES, type DriftRow, type DriftSummary } from './drift.ts';
import type { ErrorShape } from './errors.ts';
import { EXTRACT_CHANNELS } from './extract-channels.ts';
import { FINDING_CODES, type FindingCounts } from './findings.ts';
import type { JobSnapshot } from './jobs.ts';
import { ALL_BREAK_CATEGORIES } from './recon.ts';
import {
  type PastExport,
  REPORT_FORMATS,
  REPORT_SHEETS,
  type ReportPage,
  type ReportPreview,
  type ReportRows,
} from './report.ts';
import { RESOURCES } from './resource.ts';
import { CHANGE_KINDS, type Change, type DiffSummary } from './restatement.ts';
import type { RetentionView } from './retention.ts';
import { RULE_CHANNELS } from './rule-channels.ts';
import { type SiemTargetView, siemName, siemSecret, siemSettings } from './siem.ts';
import type {
  AttemptRow,
  BreakRow,
  ComparedRow,
  ConnectionView,
  CurveComparison,
  CurveSnapshotRow,
  DeadLetterDetail,
  DeadLetterRow,
  DeadLetterSummary,
  FindingRow,
  MonthView,
  PageRow,
  ProfileView,
  RowWindow,
  RunView,
} from './views.ts';

const month = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/);
const id = z.string().min(1).max(100);
const connectionName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9 ._-]{0,63}$/);
const url = z.string().max(2000);

/** A million rows scroll because no window is larger than this. */
export const MAX_WINDOW = 500;

const rowsOf = {
  offset: z.int().min(0),
  limit: z.int().min(1).max(MAX_WINDOW),
};

/** Which dead letters of a run. */
const letters = {
  runId: id,
  state: z.enum(LETTER_STATES).nullable(),
  code: z.string().max(100).nullable(),
  field: z.string().max(200).nullable(),
  search: z.string().max(200),
};

/** Which of them an act is about. */
const chosenLetters = {
  ...letters,
  /** Null: all that the filter leaves. */
  places: z
    .array(z.strictObject({ page: z.int().min(1), index: z.int().min(0) }))
    .min(1)
    .max(10_000)
    .nullable(),
};

export interface AppInfo {
  readonly version: string;
  readonly workspace: string;
  /** True while the sample workspace is open: the vendor is the embedded one and the ledger is made up. */
  readonly sample: boolean;
  readonly keychain: 'available' | 'unavailable';
  /** One sentence for the analyst where the keychain does not answer. */
  readonly keychainMessage: string | null;
}

interface Channel<Args extends z.ZodType, Result> {
  readonly args: Args;
  /** Type only. */
  readonly result?: Result;
}

function channel<Result>() {
  return <Args extends z.ZodType>(args: Args): Channel<Args, Result> => ({ args });
}

const nothing = z.undefined();

export const INVOKE = {
  'app.info': channel<AppInfo>()(nothing),
  /** Makes the database of a damaged workspace anew, as a job. */
  'workspace.rebuild': channel<{ readonly jobId: string }>()(nothing),
  /** Opens the sample workspace: embedded vendor, a connection to it and a ledger extract with planted breaks. */
  'sample.open': channel<{ readonly connection: string; readonly month: string }>()(nothing),
  /** Back to the analyst's own workspace. */
  'sample.close': channel<null>()(nothing),

  'connections.list': channel<readonly ConnectionView[]>()(nothing),
  'connections.save': channel<ConnectionView>()(
    z.strictObject({
      name: connectionName,
      baseUrl: url,
      tokenUrl: url,
      clientId: z.string().min(1).max(500),
      scope: z.string().max(1000),
      caFile: z.string().max(4000).nullable(),
      allowHttp: z.boolean(),
      settings: connectionSettings,
      /** SHA-256 of a profile that was picked or is stored; null: the built-in one. */
      profile: z
        .string()
        .regex(/^[0-9a-f]{64}$/)
        .nullable(),
      /** Null keeps the stored one. */
      secret: z.string().min(1).max(10_000).nullable(),
    }),
  ),
  /** Asks for a PEM file in the main process; null where the analyst cancelled the dialog. */
  'connections.pickFile': channel<string | null>()(
    z.strictObject({ what: z.enum(['ca', 'client-cert', 'client-key']) }),
  ),
  /** Asks for a profile in the main process and reads it; it is stored with the connection that is saved with it. */
  'connections.pickProfile': channel<ProfileView | null>()(nothing),
  'connections.remove': channel<null>()(z.strictObject({ name: connectionName })),

  'siem.list': channel<readonly SiemTargetView[]>()(nothing),
  'siem.save': channel<SiemTargetView>()(
    z.strictObject({
      name: siemName,
      settings: siemSettings,
      /** Null keeps the stored one. */
      secret: siemSecret.nullable(),
      /** Null: from the first event on, or where it is. */
      from: z.literal('now').nullable(),
    }),
  ),
  'siem.remove': channel<null>()(z.strictObject({ name: siemName })),
  /** Sends one event that is not of the audit chain. */
  'siem.test': channel<null>()(z.strictObject({ name: siemName })),
  /** Asks in the main process where a file of events is to lie; null where the analyst cancelled the dialog. */
  'siem.pickFile': channel<string | null>()(nothing),

  'months.list': channel<readonly string[]>()(nothing),
  /** With a `runId`, as the month was known by that run, read only. */
  'month.view': channel<MonthView>()(
    z.strictObject({ month, connection: connectionName.nullable(), runId: id.nullable() }),
  ),
  'runs.list': channel<readonly RunView[]>()(z.strictObject({ month })),

  /** Answers with a job id at once; progress travels as `job` events. */
  'sync.start': channel<{ readonly jobId: string }>()(
    z.strictObject({ connection: connectionName, month, resource: z.enum(RESOURCES) }),
  ),
  /** Asks for a file in the main process; null where the analyst cancelled the dialog. */
  'ledger.import': channel<{ readonly jobId: string } | null>()(z.strictObject({ month })),
  /** In the sample workspace: the sample's own extract, with no dialog. */
  'ledger.importSample': channel<{ readonly jobId: string }>()(z.strictObject({ month })),
  'recon.start': channel<{ readonly jobId: string }>()(
    /** The built-in rules where none are named. */
    z.strictObject({
      month,
      connection: connectionName.nullable(),
      rules: z.string().min(1).max(100).optional(),
    }),
  ),
  'verify.start': channel<{ readonly jobId: string }>()(z.strictObject({ month: month.nullable() })),
  /** Asks where to save in the main process; null where the analyst cancelled the dialog. */
  'report.start': channel<{ readonly jobId: string } | null>()(
    z.strictObject({
      month,
      format: z.enum(REPORT_FORMATS),
      /** What a workbook or CSV files are to have; null: everything. */
      sheets: z.array(z.enum(REPORT_SHEETS)).min(1).nullable(),
    }),
  ),
  /** Asks for an evidence pack in the main process and checks it, as a job; null where the dialog was cancelled. */
  'packs.check': channel<{ readonly jobId: string } | null>()(nothing),
  /** Asks where to save the month's evidence pack and writes it, as a job; null where the dialog was cancelled. */
  'packs.write': channel<{ readonly jobId: string } | null>()(z.strictObject({ month })),
  'retention.show': channel<RetentionView>()(nothing),
  'retention.set': channel<null>()(
    z.strictObject({ years: z.int().min(0).max(1000), reason: z.string().max(2000) }),
  ),
  'retention.hold': channel<null>()(
    z.strictObject({ month, act: z.enum(['placed', 'released']), reason: z.string().max(2000) }),
  ),
  /** Asks where to save power sales in the form of an EQR and writes them, as a job; null where the dialog was cancelled. */
  'report.eqr': channel<{ readonly jobId: string } | null>()(
    z.strictObject({ month, span: z.enum(['month', 'quarter']) }),
  ),
  /** What a report of the month would have. */
  'report.preview': channel<ReportPreview>()(z.strictObject({ month, askId })),
  /** The first rows of one of its sheets. */
  'report.sheet': channel<ReportRows>()(z.strictObject({ month, sheet: z.enum(REPORT_SHEETS), askId })),
  /** The pages that its PDF would have, as they are drawn. */
  'report.pages': channel<readonly ReportPage[]>()(z.strictObject({ month, askId })),
  /** Asks the system to print the page of the window, which shows the report's pages alone. */
  'report.print': channel<null>()(nothing),
  /** Exports of the month, newest first, and whether their files still lie as they were written. */
  'report.list': channel<readonly PastExport[]>()(z.strictObject({ month })),
  /** Opens an exported report in the system's own program, to read and to print it. */
  'report.open': channel<null>()(z.strictObject({ month, path: z.string().max(4000) })),
  /** Shows an exported report in the system's file manager. */
  'report.reveal': channel<null>()(z.strictObject({ month, path: z.string().max(4000) })),

  /** The whole snapshot, for one who comes late. */
  'job.status': channel<JobSnapshot | null>()(z.strictObject({ jobId: id })),
  'job.list': channel<readonly JobSnapshot[]>()(nothing),
  'job.cancel': channel<null>()(z.strictObject({ jobId: id })),
  /** Ends a long answer that is waited for; it is answered with `cancelled`. */
  'ask.cancel': channel<null>()(z.strictObject({ askId })),

  'pages.window': channel<RowWindow<PageRow>>()(z.strictObject({ runId: id, ...rowsOf })),
  'attempts.window': channel<RowWindow<AttemptRow>>()(
    z.strictObject({
      runId: id,
      retriesOnly: z.boolean(),
      /** Null: of every page, and of the token. */
      page: z.int().min(1).nullable(),
      ...rowsOf,
    }),
  ),
  /** With a `reconId`, the rows that it compared; without, the run's alone. */
  'compare.window': channel<RowWindow<ComparedRow>>()(
    z.strictObject({
      runId: id.nullable(),
      reconId: id.nullable(),
      state: z.enum(['matched', 'suggested', 'pending', 'break']).nullable(),
      search: z.string().max(200),
      ...rowsOf,
    }),
  ),
  'breaks.window': channel<RowWindow<BreakRow>>()(
    z.strictObject({ reconId: id, category: z.enum(ALL_BREAK_CATEGORIES).nullable(), ...rowsOf }),
  ),
  'deadLetters.window': channel<RowWindow<DeadLetterRow>>()(z.strictObject({ ...letters, ...rowsOf })),
  /** Counts of the run, and the letters in a state by what they were refused for. */
  'deadLetters.summary': channel<DeadLetterSummary>()(z.strictObject({ runId: id, state: letters.state })),
  'deadLetters.show': channel<DeadLetterDetail>()(
    z.strictObject({ runId: id, page: z.int().min(1), index: z.int().min(0) }),
  ),
  /** Asks for a profile to retry letters of a run with; null where the analyst cancelled the dialog. */
  'deadLetters.pickProfile': channel<RetryProfile | null>()(z.strictObject({ runId: id })),
  /** Types open letters again, as a job. */
  'deadLetters.retry': channel<{ readonly jobId: string }>()(
    z.strictObject({
      month,
      ...chosenLetters,
      /** SHA-256 of a profile that was picked; null: what the connection has now. */
      profile: z
        .string()
        .regex(/^[0-9a-f]{64}$/)
        .nullable(),
    }),
  ),
  /** Discards open letters, or opens discarded ones again. */
  'deadLetters.decide': channel<LetterActResult>()(
    z.strictObject({ ...chosenLetters, act: z.enum(['discard', 'reopen']), reason: z.string().max(2000) }),
  ),

  /** What the run `to` changed against the run `from`; the first to ask waits until it is worked out. */
  'diff.summary': channel<DiffSummary>()(z.strictObject({ from: id, to: id, askId })),
  'diff.window': channel<RowWindow<Change>>()(
    z.strictObject({
      from: id,
      to: id,
      kind: z.enum(CHANGE_KINDS).nullable(),
      field: z.string().max(200).nullable(),
      search: z.string().max(200),
      ...rowsOf,
    }),
  ),

  /** Of the newest finished runs of the month and connection, one of each resource; with a `runId`, of that run. */
  'drift.summary': channel<DriftSummary>()(
    z.strictObject({ month, connection: connectionName.nullable(), runId: id.nullable() }),
  ),
  'drift.window': channel<RowWindow<DriftRow>>()(
    z.strictObject({ month, connection: connectionName.nullable(), runId: id.nullable(), ...rowsOf }),
  ),
  /** Answers how many findings were decided. */
  'drift.decide': channel<{ readonly decided: number }>()(
    z.strictObject({
      month,
      connection: connectionName.nullable(),
      decision: z.enum(DRIFT_STATES).exclude(['open']),
      note: z.string().min(1).max(2000),
      /** Null decides all that are open. */
      rows: z
        .array(z.strictObject({ runId: id, position: z.int().min(0) }))
        .min(1)
        .max(MAX_WINDOW)
        .nullable(),
    }),
  ),

  'findings.summary': channel<{ readonly checked: boolean; readonly counts: FindingCounts }>()(
    z.strictObject({ runId: id }),
  ),
  'findings.window': channel<RowWindow<FindingRow>>()(
    z.strictObject({
      runId: id,
      code: z.enum(FINDING_CODES).nullable(),
      search: z.string().max(200),
      ...rowsOf,
    }),
  ),
  /** With a `runId`, the snapshots that it is pinned to are marked. */
  'curves.window': channel<RowWindow<CurveSnapshotRow>>()(
    z.strictObject({ month, connection: connectionName.nullable(), runId: id.nullable(), ...rowsOf }),
  ),
  /** Asks for a file in the main process; null where the analyst cancelled the dialog. */
  'curves.import': channel<{ readonly jobId: string } | null>()(z.strictObject({ month })),
  'curves.setTolerance': channel<null>()(
    z.strictObject({
      curveId: z.string().min(1).max(10_000),
      /** Decimals as text; null goes back to the default. */
      tolerance: z.strictObject({ absolute: z.string().max(100), percent: z.string().max(100) }).nullable(),
    }),
  ),
  /** What the curves and tolerances of now would change in the newest finished run; the first changes are listed. */
  'curves.compare': channel<CurveComparison>()(
    z.strictObject({ month, connection: connectionName.nullable(), askId }),
  ),

  ...CLOSE_CHANNELS,
  ...RULE_CHANNELS,
  ...EXTRACT_CHANNELS,
} as const;

export type InvokeChannel = keyof typeof INVOKE;
export type InvokeArgs<C extends InvokeChannel> = z.infer<(typeof INVOKE)[C]['args']>;
export type InvokeResult<C extends InvokeChannel> =
  (typeof INVOKE)[C] extends Channel<z.ZodType, infer Result> ? Result : never;

/** What the main process says unasked. */
export interface MainEvents {
  /** A job's latest snapshot, at most about ten a second; exactly one has a state that is not `running`. */
  job: JobSnapshot;
  /** How far a long answer is that is waited for. */
  ask: AskProgress;
  /** Something that a query shows has changed. */
  changed: { readonly topics: readonly Topic[] };
  /** The application menu asks the renderer for something. */
  command: { readonly command: 'sync' | 'verify' | 'export' | 'import' | 'reconcile' };
  /** Files were dropped on the window; `extracts.dropped` gives them. */
  dropped: { readonly files: number };
}

export const TOPICS = [
  'connections',
  'months',
  'month',
  'pages',
  'attempts',
  'compare',
  'breaks',
  'close',
  'dead-letters',
  'drift',
  'siem',
  'retention',
  'app',
] as const;
export type Topic = (typeof TOPICS)[number];

export type EventChannel = keyof MainEvents;
export const EVENT_CHANNELS = [
  'job',
  'ask',
  'changed',
  'command',
  'dropped',
] as const satisfies readonly EventChannel[];

/** What an invoke answers: an error crosses as a shape, never as a bare string. */
export type Answer<Result> =
  | { readonly ok: true; readonly value: Result }
  | { readonly ok: false; readonly error: ErrorShape };

type Invoke<C extends InvokeChannel> = (
  ...args: InvokeArgs<C> extends undefined ? [] : [args: InvokeArgs<C>]
) => Promise<Answer<InvokeResult<C>>>;

/** @returns a function that ends the subscription. */
type Subscribe<E extends EventChannel> = (listener: (payload: MainEvents[E]) => void) => () => void;

/**
 * What the preload script puts on `window.tieout`: one method a channel, named as it (`tieout['sync.start']({...})`),
 * and one subscription an event. There is no method that takes a channel's name.
 */
export type Bridge = { readonly [C in InvokeChannel]: Invoke<C> } & {
  readonly on: { readonly [E in EventChannel]: Subscribe<E> };
};
