/**
 * The only way between renderer and main process. Every invoke channel has a schema for its arguments, parsed by
 * the main process at run time, and a type for its result; every event has a type. No token and no secret is in any
 * of them, but for `connections.save`, which carries one towards the keychain and never back.
 */
import { z } from 'zod';
import type { ErrorShape } from './errors.ts';
import type { JobSnapshot } from './jobs.ts';
import { RESOURCES } from './jobs.ts';
import { BREAK_CATEGORIES } from './recon.ts';
import type {
  AttemptRow,
  BreakRow,
  ComparedRow,
  ConnectionView,
  DeadLetterRow,
  MonthView,
  PageRow,
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
      /** Null keeps the stored one. */
      secret: z.string().min(1).max(10_000).nullable(),
    }),
  ),
  'connections.remove': channel<null>()(z.strictObject({ name: connectionName })),

  'months.list': channel<readonly string[]>()(nothing),
  'month.view': channel<MonthView>()(z.strictObject({ month, connection: connectionName.nullable() })),
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
    z.strictObject({ month, connection: connectionName.nullable() }),
  ),
  'verify.start': channel<{ readonly jobId: string }>()(z.strictObject({ month: month.nullable() })),
  /** Asks where to save in the main process; null where the analyst cancelled the dialog. */
  'report.start': channel<{ readonly jobId: string } | null>()(
    z.strictObject({ month, format: z.enum(['csv', 'json']) }),
  ),
  /** Shows an exported report in the system's file manager. */
  'report.reveal': channel<null>()(z.strictObject({ month, path: z.string().max(4000) })),

  /** The whole snapshot, for one who comes late. */
  'job.status': channel<JobSnapshot | null>()(z.strictObject({ jobId: id })),
  'job.list': channel<readonly JobSnapshot[]>()(nothing),
  'job.cancel': channel<null>()(z.strictObject({ jobId: id })),

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
      state: z.enum(['matched', 'pending', 'break']).nullable(),
      search: z.string().max(200),
      ...rowsOf,
    }),
  ),
  'breaks.window': channel<RowWindow<BreakRow>>()(
    z.strictObject({ reconId: id, category: z.enum(BREAK_CATEGORIES).nullable(), ...rowsOf }),
  ),
  'deadLetters.window': channel<RowWindow<DeadLetterRow>>()(z.strictObject({ runId: id, ...rowsOf })),
} as const;

export type InvokeChannel = keyof typeof INVOKE;
export type InvokeArgs<C extends InvokeChannel> = z.infer<(typeof INVOKE)[C]['args']>;
export type InvokeResult<C extends InvokeChannel> =
  (typeof INVOKE)[C] extends Channel<z.ZodType, infer Result> ? Result : never;

/** What the main process says unasked. */
export interface MainEvents {
  /** A job's latest snapshot, at most about ten a second; exactly one has a state that is not `running`. */
  job: JobSnapshot;
  /** Something that a query shows has changed. */
  changed: { readonly topics: readonly Topic[] };
  /** The application menu asks the renderer for something. */
  command: { readonly command: 'sync' | 'verify' | 'export' | 'import' | 'reconcile' };
}

export const TOPICS = [
  'connections',
  'months',
  'month',
  'pages',
  'attempts',
  'compare',
  'breaks',
  'app',
] as const;
export type Topic = (typeof TOPICS)[number];

export type EventChannel = keyof MainEvents;
export const EVENT_CHANNELS = ['job', 'changed', 'command'] as const satisfies readonly EventChannel[];

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
