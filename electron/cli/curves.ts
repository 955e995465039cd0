/** `tieout curves`: the snapshots of a month, their tolerances, and what later ones would change. */
import { resolve } from 'node:path';
import { DEFAULT_TOLERANCE, parseTolerance, type Tolerance } from '../../shared/curves.ts';
import { TieoutError } from '../../shared/errors.ts';
import type { CurveEvent } from '../../shared/events.ts';
import type { CurveSnapshotRow, PinnedCurve } from '../../shared/views.ts';
import type { App } from '../app.ts';
import {
  CURVE_SNAPSHOTS,
  checkedRun,
  curveSnapshotRow,
  SNAPSHOT_ORDER,
  SNAPSHOT_POINTS,
} from '../curves/list-curves.ts';
import { readTolerance, type ToleranceSet } from '../curves/tolerances.ts';
import { type CommonOptions, monthOption, type Session } from './session.ts';
import { inWords } from './wording.ts';

export interface CurvesOptions extends CommonOptions {
  readonly month: string;
  readonly connection?: string;
}

/** `tieout import FILE --as curves`. */
export async function importCurvesCommand(
  session: Session,
  file: string,
  options: CommonOptions & { readonly month: string },
): Promise<number> {
  const month = monthOption(options.month);
  const app = await session.app();
  const event = await app.importCurves({
    path: resolve(file),
    month,
    signal: session.signal,
    onProgress: () => {},
  });
  session.out.event(event, inWords(event));
  const sql = `${CURVE_SNAPSHOTS} WHERE s.source_id = $4 ${SNAPSHOT_ORDER}`;
  const { runId, source } = await checkedRun(app.workspace.database, month, null);
  for await (const rows of app.workspace.database.stream(sql, [month, source, runId, event.import_id])) {
    for (const row of rows) printSnapshot(session, curveSnapshotRow(row));
  }
  return 0;
}

function printSnapshot(session: Session, row: CurveSnapshotRow): void {
  const event: CurveEvent = {
    type: 'curve',
    source_id: row.sourceId,
    origin: row.origin,
    source: row.sourceName,
    curve_id: row.curveId,
    as_of: row.asOf,
    points: row.points,
    delivery_start: row.deliveryStart,
    delivery_end: row.deliveryEnd,
    sha256: row.sha256,
    pinned: row.pinned,
    chosen: row.chosen,
    absolute: row.absolute,
    percent: row.percent,
  };
  session.out.event(event, inWords(event));
}

/** Snapshots of the month, of one curve or of all. */
async function snapshotsOf(
  app: App,
  month: string,
  connection: string | null,
  curveId: string | null,
): Promise<readonly CurveSnapshotRow[]> {
  await app.sealCurves();
  const { database } = app.workspace;
  const { runId, source } = await checkedRun(database, month, connection);
  const sql = `${CURVE_SNAPSHOTS} WHERE ($4::VARCHAR IS NULL OR s.curve_id = $4) ${SNAPSHOT_ORDER}`;
  return (await database.rows(sql, [month, source, runId, curveId])).map(curveSnapshotRow);
}

export async function curvesList(session: Session, options: CurvesOptions): Promise<number> {
  const month = monthOption(options.month);
  const rows = await snapshotsOf(await session.app(), month, options.connection ?? null, null);
  for (const row of rows) printSnapshot(session, row);
  if (rows.length === 0) session.out.say(`no curve of ${month} is known`);
  return 0;
}

export interface CurveShowOptions extends CurvesOptions {
  readonly asOf?: string;
}

/** The snapshots of a curve, then the points of one: of the as-of that was named, else of the newest in use. */
export async function curvesShow(
  session: Session,
  curveId: string,
  options: CurveShowOptions,
): Promise<number> {
  const month = monthOption(options.month);
  const app = await session.app();
  const rows = await snapshotsOf(app, month, options.connection ?? null, curveId);
  const asked = options.asOf === undefined ? null : Date.parse(options.asOf);
  const shown = rows.find((row) => (asked === null ? row.chosen : Date.parse(row.asOf) === asked));
  if (!shown) {
    const which = options.asOf === undefined ? '' : ` as of ${options.asOf}`;
    throw new TieoutError(
      'curve-unknown',
      `${month} has no snapshot of the curve ${curveId}${which}; see tieout curves list --month ${month}.`,
      { curve_id: curveId, month },
    );
  }
  for (const row of rows) printSnapshot(session, row);
  const { sourceId, asOf } = shown;
  for await (const points of app.workspace.database.stream(SNAPSHOT_POINTS, [sourceId, curveId, asOf])) {
    for (const point of points) {
      const event = {
        type: 'curve-point',
        curve_id: curveId,
        as_of: asOf,
        delivery_start: point.text('start_at'),
        delivery_end: point.text('end_at'),
        price: point.text('price_text'),
        price_uom: point.textOrNull('price_uom'),
        currency: point.textOrNull('currency'),
      };
      session.out.event(
        event,
        `${event.delivery_start}  ${event.delivery_end}  ${event.price} ${event.price_uom ?? event.currency ?? ''}`.trimEnd(),
      );
    }
  }
  return 0;
}

export interface ToleranceOptions extends CommonOptions {
  readonly absolute?: string;
  readonly percent?: string;
  readonly default?: boolean;
}

/** What the options ask for: a tolerance, the default (null), or nothing but to be told. */
function askedTolerance(options: ToleranceOptions): Tolerance | null | 'show' {
  const { absolute, percent } = options;
  if (options.default) {
    if (absolute === undefined && percent === undefined) return null;
    throw new TieoutError('usage', '--default stands alone; leave out --absolute and --percent.');
  }
  if (absolute === undefined && percent === undefined) return 'show';
  const parsed = parseTolerance({ absolute: absolute ?? '0', percent: percent ?? '0' });
  if ('tolerance' in parsed) return parsed.tolerance;
  throw new TieoutError('usage', `--${parsed.field} ${parsed.problem}.`);
}

function printTolerance(session: Session, set: ToleranceSet): void {
  const { absolute, percent } = set.tolerance;
  session.out.event(
    {
      type: 'curve-tolerance',
      curve_id: set.curveId,
      absolute,
      percent,
      default: set.setAt === null,
      set_at: set.setAt,
      actor: set.actor,
      known: set.known,
    },
    `${set.curveId}: ${absolute} or ${percent} %, the larger${set.setAt === null ? ' (default)' : `, set ${set.setAt} by ${set.actor}`}`,
  );
  if (!set.known) session.out.say(`no snapshot of ${set.curveId} is in this workspace yet; check its name`);
}

export async function curvesTolerance(
  session: Session,
  curveId: string,
  options: ToleranceOptions,
): Promise<number> {
  const asked = askedTolerance(options);
  const app = await session.app();
  await app.sealCurves();
  const set =
    asked === 'show'
      ? await readTolerance(app.workspace.database, curveId)
      : await app.setTolerance(curveId, asked);
  printTolerance(session, set);
  return 0;
}

/** Changes that are listed; all are counted. */
const LISTED = 1_000_000;

function pinnedInWords(pinned: PinnedCurve | null): string {
  if (pinned === null) return 'none';
  return `as of ${pinned.asOf} (${pinned.sha256.slice(0, 16)}, ${pinned.absolute} or ${pinned.percent} %)`;
}

function pinnedFields(pinned: PinnedCurve | null) {
  if (pinned === null) return null;
  const { asOf, sha256, snapshots, absolute, percent } = pinned;
  return { as_of: asOf, sha256, snapshots, absolute, percent };
}

export async function curvesCompare(session: Session, options: CurvesOptions): Promise<number> {
  const month = monthOption(options.month);
  const app = await session.app();
  const compared = await app.compareCurves({ month, source: options.connection ?? null, limit: LISTED });
  const { out } = session;
  for (const { curveId, before, after } of compared.curves) {
    out.event(
      { type: 'curve-change', curve_id: curveId, before: pinnedFields(before), after: pinnedFields(after) },
      `${curveId}: checked with ${pinnedInWords(before)}, now ${pinnedInWords(after)}`,
    );
  }
  for (const change of compared.changes) {
    out.event(
      {
        type: 'finding-change',
        change: change.change,
        code: change.code,
        settlement_id: change.settlementId,
        version: change.version,
        trade_id: change.tradeId,
        curve_id: change.curveId,
        delivery_start: change.deliveryStart,
        delivery_end: change.deliveryEnd,
        found: change.found,
        before: change.before,
        after: change.after,
      },
      `${change.change}  ${change.code}  ${change.settlementId}: found ${change.found}, expected ${change.before ?? '-'} then, ${change.after ?? '-'} now`,
    );
  }
  out.event(
    {
      type: 'curve-comparison',
      month,
      run_id: compared.runId,
      checked: compared.wasChecked,
      curves: compared.curves.length,
      appears: compared.appears,
      goes: compared.goes,
      moves: compared.moves,
    },
    compared.curves.length === 0
      ? `${month}: the curves of now are those that the run was checked with; nothing would change`
      : `${month}: ${compared.appears} would appear, ${compared.goes} would go, ${compared.moves} would move; the run keeps its findings until it is synced again`,
  );
  return 0;
}

/** The default, for the help. */
export const DEFAULT_IN_WORDS = `${DEFAULT_TOLERANCE.absolute} in the price's unit, ${DEFAULT_TOLERANCE.percent} %`;
