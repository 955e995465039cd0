/** The summary of a report as facts, in the order in which every format tells them. */
import type { ReportHead } from './report-document.ts';

export interface Fact {
  readonly section: string;
  /** Its name in the JSON report, and in the CSV. */
  readonly fact: string;
  readonly label: string;
  readonly kind: 'text' | 'decimal' | 'integer' | 'instant' | 'hash';
  readonly value: string | number | null;
  /** Text that people or files gave: anything may be in it. */
  readonly foreign?: boolean;
  /** Of an extract: its hash and rows. */
  readonly sha256?: string;
  readonly rows?: number;
}

type Kind = Fact['kind'];

function inSection(section: string) {
  return (fact: string, label: string, kind: Kind, value: string | number | null, foreign = false): Fact => ({
    section,
    fact,
    label,
    kind,
    value,
    foreign,
  });
}

function sourceFacts({ source, profile }: ReportHead): readonly Fact[] {
  const fact = inSection('Source');
  return [
    fact('source.run_id', 'Run', 'text', source.run_id),
    fact('source.connection', 'Connection', 'text', source.connection, true),
    fact('source.base_url', 'Vendor API', 'text', source.base_url, true),
    fact('source.resource', 'Resource', 'text', source.resource),
    fact('source.start_date', 'First day asked for', 'text', source.start_date),
    fact('source.end_date', 'Last day asked for', 'text', source.end_date),
    fact('source.page_size', 'Page size', 'integer', source.page_size),
    fact('source.correlation_id', 'Correlation id', 'text', source.correlation_id),
    fact('source.started_at', 'Sync started', 'instant', source.started_at),
    fact('source.ended_at', 'Sync ended', 'instant', source.ended_at),
    fact('source.pages', 'Pages', 'integer', source.pages),
    fact('source.records', 'Records received', 'integer', source.records),
    fact('source.rejected', 'Refused when received', 'integer', source.rejected),
    fact('source.committed', 'Records reconciled', 'integer', source.committed),
    fact('source.dead_letters', 'Dead letters', 'integer', source.dead_letters),
    fact('source.dead_letters_open', 'Dead letters, open', 'integer', source.dead_letters_open),
    fact(
      'source.dead_letters_discarded',
      'Dead letters, discarded',
      'integer',
      source.dead_letters_discarded,
    ),
    fact(
      'source.dead_letters_retried',
      'Dead letters, retried before',
      'integer',
      source.dead_letters_retried,
    ),
    fact(
      'source.dead_letters_retried_since',
      'Dead letters, retried since',
      'integer',
      source.dead_letters_retried_since,
    ),
    fact('source.run_sha256', 'run_sha256', 'hash', source.run_sha256),
    fact('profile.name', 'Connection profile', 'text', profile?.name ?? null, true),
    fact('profile.revision', 'Profile revision', 'integer', profile?.revision ?? null),
    fact('profile.sha256', 'Profile SHA-256', 'hash', profile?.sha256 ?? null),
  ];
}

function resultFacts(head: ReportHead): readonly Fact[] {
  const fact = inSection('Result');
  const count = inSection('Breaks by category');
  const state = inSection('Breaks by state');
  const finding = inSection('Findings');
  const total = inSection('Totals');
  return [
    fact('matched', 'Matched', 'integer', head.matched),
    fact('breaks', 'Breaks', 'integer', head.breaks),
    fact('pending', 'Pending', 'integer', head.pending),
    fact('suggested', 'Suggested', 'integer', head.suggested),
    ...Object.entries(head.by_category).map(([name, n]) => count(`breaks.${name}`, name, 'integer', n)),
    ...Object.entries(head.break_states).map(([name, n]) =>
      state(`break_states.${name}`, name, 'integer', n),
    ),
    ...Object.entries(head.findings).map(([name, n]) => finding(`findings.${name}`, name, 'integer', n)),
    ...Object.entries(head.etrm_total).map(([currency, amount]) =>
      total(`etrm_total.${currency}`, `ETRM total ${currency}`, 'decimal', amount),
    ),
    ...Object.entries(head.ledger_total).map(([currency, amount]) =>
      total(`ledger_total.${currency}`, `Ledger total ${currency}`, 'decimal', amount),
    ),
    ...Object.entries(head.pending_total).map(([currency, amount]) =>
      total(`pending_total.${currency}`, `Pending ${currency}`, 'decimal', amount),
    ),
  ];
}

function proofFacts(head: ReportHead): readonly Fact[] {
  const fact = inSection('Hashes');
  return [
    fact('rules_sha256', 'Rule set SHA-256', 'hash', head.rules_sha256),
    fact('recon_sha256', 'recon_sha256', 'hash', head.recon_sha256),
    fact('audit_head.seq', 'Audit event of the reconciliation', 'integer', head.audit_head.seq),
    fact('audit_head.sha256', 'Audit head', 'hash', head.audit_head.sha256),
    fact('read_until.seq', 'Last audit event told of here', 'integer', head.read_until.seq),
    fact('read_until.sha256', 'Its SHA-256', 'hash', head.read_until.sha256),
  ];
}

/** Every fact of the report's head. */
export function reportFacts(head: ReportHead): readonly Fact[] {
  const fact = inSection('Reconciliation');
  return [
    fact('month', 'Month', 'text', head.month),
    fact('recon_id', 'Reconciliation', 'text', head.recon_id),
    fact('reconciled_at', 'Reconciled', 'instant', head.reconciled_at),
    fact('preparer', 'Prepared by', 'text', head.preparer, true),
    fact('app_version', 'Tieout version', 'text', head.app_version),
    fact('sign_off.state', 'Close of the month', 'text', head.sign_off.state),
    ...resultFacts(head),
    ...sourceFacts(head),
    ...head.extracts.map((extract) => ({
      ...inSection('Ledger extracts')('extract', 'Extract', 'text', extract.file, true),
      sha256: extract.sha256,
      rows: extract.rows,
    })),
    ...proofFacts(head),
  ];
}
