/** tieout drift: what the vendor's records look like, where they drifted from it, and what is decided of that. */
import { DRIFT_KINDS, type DriftKind, type DriftRow, type DriftState } from '../../shared/drift.ts';
import { TieoutError } from '../../shared/errors.ts';
import { type BaselineMember, baselines } from '../drift/baseline.ts';
import type { DriftDecision } from '../drift/decide-drift.ts';
import { type DriftFilter, driftCounts, driftRows } from '../drift/drift-rows.ts';
import { driftEvent } from '../drift/record-drift.ts';
import { type CommonOptions, monthOption, type Session } from './session.ts';
import { resourceOption } from './sync.ts';

export interface DriftWhichOptions extends CommonOptions {
  readonly connection?: string;
  readonly resource?: string;
  readonly month?: string;
  readonly run?: string;
}

function filterOf(options: DriftWhichOptions): DriftFilter {
  return {
    runId: options.run ?? null,
    source: options.connection ?? null,
    resource: options.resource === undefined ? null : resourceOption(options.resource),
    month: options.month === undefined ? null : monthOption(options.month),
  };
}

function place({ firstPage, firstIndex }: DriftRow): string {
  if (firstPage === null) return '';
  return firstIndex === null
    ? `, first on page ${firstPage}`
    : `, first on page ${firstPage} record ${firstIndex}`;
}

function rowInWords(row: DriftRow): string {
  const sample = row.sample === null ? '' : `, e.g. ${JSON.stringify(row.sample)}`;
  const decided = row.state === 'open' ? '' : `; ${row.state} by ${row.decidedBy}: ${row.note}`;
  return `${row.severity}  ${row.source} ${row.resource} ${row.month}  ${row.field} ${row.kind}: expected ${row.expected}, seen ${row.seen} in ${row.count} ${row.count === 1 ? 'record' : 'records'}${place(row)}${sample}  [${row.state}${decided}]`;
}

export async function driftList(session: Session, options: DriftWhichOptions): Promise<number> {
  const filter = filterOf(options);
  const { database } = (await session.app()).workspace;
  const rows = await driftRows(database, filter);
  for (const row of rows) {
    session.out.event(
      {
        ...driftEvent(row.runId, row),
        month: row.month,
        source: row.source,
        resource: row.resource,
        state: row.state,
        decided_at: row.decidedAt,
        decided_by: row.decidedBy,
        note: row.note,
      },
      rowInWords(row),
    );
  }
  if (rows.length > 0) return 0;
  const { runs } = await driftCounts(database, filter);
  session.out.say(
    runs === 0 ? 'no such run has ended yet' : 'no drift: the records look as the accepted schema has them',
  );
  return 0;
}

export interface DriftDecideOptions extends DriftWhichOptions {
  readonly field?: string;
  readonly kind?: string;
  readonly all?: boolean;
  readonly note: string;
}

function kindOption(text: string): DriftKind {
  const kind = DRIFT_KINDS.find((name) => name === text);
  if (kind) return kind;
  throw new TieoutError('usage', `--kind is "${text}", not one of ${DRIFT_KINDS.join(', ')}.`);
}

async function decide(
  session: Session,
  options: DriftDecideOptions,
  decision: Exclude<DriftState, 'open'>,
): Promise<number> {
  const { field, kind, all = false } = options;
  if (!all && field === undefined && kind === undefined) {
    throw new TieoutError('usage', 'Say which drift with --field or --kind, or all of it with --all.');
  }
  const asked: DriftDecision = {
    filter: filterOf(options),
    choice: { field: field ?? null, kind: kind === undefined ? null : kindOption(kind), rows: null },
    decision,
    note: options.note,
  };
  const app = await session.app();
  const decided = await app.decideDrift(asked);
  for (const row of decided) {
    session.out.event(
      {
        type: 'drift-decision',
        decision,
        run_id: row.runId,
        source: row.source,
        resource: row.resource,
        field: row.field,
        kind: row.kind,
        aspect: row.aspect,
        note: options.note.trim(),
      },
      `${decision}: ${row.source} ${row.resource} ${row.field} ${row.kind}${row.aspect === '' ? '' : ` ${row.aspect}`}`,
    );
  }
  return 0;
}

export function driftAccept(session: Session, options: DriftDecideOptions): Promise<number> {
  return decide(session, options, 'accepted');
}

export function driftReject(session: Session, options: DriftDecideOptions): Promise<number> {
  return decide(session, options, 'rejected');
}

export interface DriftBaselineOptions extends CommonOptions {
  readonly connection?: string;
  readonly resource?: string;
}

function memberInWords(member: BaselineMember): string {
  const kinds = [...member.kinds, ...(member.nullable ? ['null'] : [])].join(' or ');
  const sizes = [
    member.longest === null ? null : `up to ${member.longest} characters`,
    member.integer_digits === null ? null : `${member.integer_digits} digits before the point`,
    member.fraction_digits === null ? null : `${member.fraction_digits} behind it`,
    member.values === null ? null : member.values.join(' | '),
  ].filter((text) => text !== null);
  return `  ${member.name}  ${kinds}${member.always ? '' : ', not always'}${sizes.length === 0 ? '' : `  ${sizes.join(', ')}`}`;
}

export async function driftBaseline(session: Session, options: DriftBaselineOptions): Promise<number> {
  const resource = options.resource === undefined ? null : resourceOption(options.resource);
  const { database } = (await session.app()).workspace;
  const found = await baselines(database, options.connection ?? null, resource);
  for (const baseline of found) {
    const { source, changedAt, actor, runId, note, members } = baseline;
    session.out.event({
      type: 'drift-baseline',
      source,
      resource: baseline.resource,
      seq: baseline.seq,
      changed_at: changedAt,
      actor,
      run_id: runId,
      note,
      members,
      more_members: baseline.more_members,
    });
    const why = note === null ? `as run ${runId} showed it` : `accepted by ${actor}: ${note}`;
    session.out.say(`${source} ${baseline.resource}, since ${changedAt}, ${why}`);
    for (const member of members) session.out.say(memberInWords(member));
  }
  if (found.length === 0) session.out.say('no schema yet: the first run that ends with a record sets it');
  return 0;
}
