/** The end of a run: its records against the accepted schema, which the first run with a record sets. */
import type { DriftFinding, DriftSeverity } from '../../shared/drift.ts';
import type { DriftEvent } from '../../shared/events.ts';
import type { Resource } from '../../shared/resource.ts';
import type { RecordMapping } from '../ingest/mapping.ts';
import { RECORD_SCHEMAS } from '../ingest/record-schema.ts';
import { appendAudit } from '../workspace/audit-chain.ts';
import type { Database } from '../workspace/database.ts';
import { type EvidenceStore, sha256 } from '../workspace/evidence.ts';
import type { Transaction } from '../workspace/transaction.ts';
import { baselineOf, currentBaseline, type SchemaBaseline } from './baseline.ts';
import { findingsOf } from './findings.ts';
import { memberRoles } from './member-roles.ts';
import { pagesObserved } from './page-schema.ts';
import { runAgainst } from './run-seen.ts';

export interface DriftAsked {
  readonly runId: string;
  /** As the run has it: the connection's name, or the base URL where there is none. */
  readonly source: string;
  readonly resource: Resource;
  /** What the run was typed with: it says what a member is needed for. */
  readonly mapping: RecordMapping;
}

export interface DriftAssessment extends DriftAsked {
  readonly findings: readonly DriftFinding[];
  /** Of the audit event that set the schema that the run was held against; null where this run sets it. */
  readonly baselineSeq: number | null;
  /** The schema that this run sets; null where there is one, or the run has no record to show any. */
  readonly firstBaseline: SchemaBaseline | null;
}

/** Holds all committed pages of a run against the accepted schema. @throws TieoutError `workspace-damaged`. */
export async function assessDrift(database: Database, asked: DriftAsked): Promise<DriftAssessment> {
  const { runId, source, resource, mapping } = asked;
  const baseline = await currentBaseline(database, source, resource);
  const seen = await runAgainst(pagesObserved(database, runId), baseline);
  if (baseline === null) {
    const firstBaseline = seen.run.records === 0 ? null : baselineOf(seen.run);
    return { ...asked, findings: [], baselineSeq: null, firstBaseline };
  }
  const roles = memberRoles(RECORD_SCHEMAS[resource], mapping);
  return {
    ...asked,
    findings: findingsOf(baseline, seen, roles),
    baselineSeq: baseline.seq,
    firstBaseline: null,
  };
}

function baselineText(baseline: SchemaBaseline): string {
  return JSON.stringify(baseline).toWellFormed();
}

function findingsText(findings: readonly DriftFinding[]): string {
  return JSON.stringify(findings.map((finding, position) => ({ ...finding, position }))).toWellFormed();
}

/** Keeps a schema under the hash that its event bears, so that it can be found again without the database. */
export async function keepBaseline(evidence: EvidenceStore, baseline: SchemaBaseline): Promise<void> {
  await evidence.put(Buffer.from(baselineText(baseline)));
}

/** Keeps what `recordDrift` writes, before it does. */
export async function keepDriftDocuments(
  evidence: EvidenceStore,
  { findings, firstBaseline }: DriftAssessment,
): Promise<void> {
  if (firstBaseline !== null) await keepBaseline(evidence, firstBaseline);
  if (findings.length > 0) await evidence.put(Buffer.from(findingsText(findings)));
}

interface Acting {
  readonly at: string;
  readonly actor: string;
}

/** Sets the accepted schema of a source's resource, as an act in the audit chain. @returns the act's number. */
export async function setBaseline(
  tx: Transaction,
  { at, actor }: Acting,
  of: { readonly source: string; readonly resource: string; readonly runId: string },
  baseline: SchemaBaseline,
  act:
    | { readonly type: 'drift.baseline' }
    | { readonly type: 'drift.accept'; readonly note: string; readonly accepted: readonly string[] },
): Promise<number> {
  const document = baselineText(baseline);
  const note = act.type === 'drift.accept' ? act.note : null;
  const seq = await appendAudit(tx, {
    at,
    actor,
    type: act.type,
    payload: {
      source: of.source,
      resource: of.resource,
      run_id: of.runId,
      members: baseline.members.length,
      schema_sha256: sha256(document),
      ...(act.type === 'drift.accept' && { findings: act.accepted, note: act.note }),
    },
  });
  await storeBaseline(tx, seq, { at, actor }, { ...of, note, document });
  return seq;
}

/** @param seq of the audit event that sets it. */
export async function storeBaseline(
  tx: Transaction,
  seq: number,
  { at, actor }: Acting,
  baseline: {
    readonly source: string;
    readonly resource: string;
    readonly runId: string;
    readonly note: string | null;
    readonly document: string;
  },
): Promise<void> {
  const { source, resource, runId, note, document } = baseline;
  const values = [seq, at, actor, source, resource, runId, note, document];
  await tx.run('INSERT INTO schema_baseline_event VALUES (?, ?, ?, ?, ?, ?, ?, ?)', values);
}

function counted(findings: readonly DriftFinding[], severity: DriftSeverity): number {
  return findings.filter((finding) => finding.severity === severity).length;
}

/** Keeps what was assessed, in the transaction that ends the run. A run without drift leaves no event of it. */
export async function recordDrift(
  tx: Transaction,
  acting: Acting,
  assessment: DriftAssessment,
): Promise<void> {
  const { runId, source, resource, findings, baselineSeq, firstBaseline } = assessment;
  if (firstBaseline !== null) {
    await setBaseline(tx, acting, { source, resource, runId }, firstBaseline, { type: 'drift.baseline' });
  }
  if (findings.length === 0) return;
  const seq = await appendAudit(tx, {
    ...acting,
    type: 'drift.found',
    payload: {
      run_id: runId,
      source,
      resource,
      baseline_seq: baselineSeq,
      findings: findings.length,
      breaking: counted(findings, 'breaking'),
      warning: counted(findings, 'warning'),
      info: counted(findings, 'info'),
      findings_sha256: sha256(findingsText(findings)),
    },
  });
  await storeFindings(tx, seq, runId, findingsText(findings));
}

/** Of `drift_finding`: what a finding says, in the order of `FOUND_FROM`. */
const FOUND_COLUMNS =
  'position, field, kind, aspect, severity, expected, seen, records, first_page, first_index, sample';

/** Findings out of their JSON text, which is the first parameter. */
const FOUND_FROM = {
  columns:
    'f.position, f.field, f.kind, f.aspect, f.severity, f.expected, f.seen, f.count, f.firstPage, f.firstIndex, f.sample',
  source: `(SELECT unnest(from_json($1::JSON, '[{"position":"BIGINT","field":"VARCHAR","kind":"VARCHAR",
       "aspect":"VARCHAR","severity":"VARCHAR","expected":"VARCHAR","seen":"VARCHAR","count":"BIGINT",
       "firstPage":"BIGINT","firstIndex":"BIGINT","sample":"VARCHAR"}]')) AS f)`,
} as const;

/** @param text JSON of them, each with its position. @param seq of the audit event that tells of them. */
export async function storeFindings(
  tx: Transaction,
  seq: number,
  runId: string,
  text: string,
): Promise<void> {
  // One statement however many there are: a hostile page may change a thousand members at once.
  await tx.run(
    `INSERT INTO drift_finding (seq, run_id, ${FOUND_COLUMNS})
     SELECT $2::BIGINT, $3::VARCHAR, ${FOUND_FROM.columns} FROM ${FOUND_FROM.source}`,
    [text, seq, runId],
  );
}

/** What a run tells of its drift when it ends. */
export function driftEvents({ runId, findings }: DriftAssessment): readonly DriftEvent[] {
  return findings.map((finding) => driftEvent(runId, finding));
}

export function driftEvent(runId: string, finding: DriftFinding): DriftEvent {
  return {
    type: 'drift',
    run_id: runId,
    field: finding.field,
    kind: finding.kind,
    aspect: finding.aspect,
    severity: finding.severity,
    expected: finding.expected,
    seen: finding.seen,
    count: finding.count,
    first_page: finding.firstPage,
    first_index: finding.firstIndex,
    sample: finding.sample,
  };
}
