/** What an export is made of, by hashes: beside it, and in the audit chain. */
import { basename } from 'node:path';
import type { ReportHead } from './report-document.ts';
import type { WrittenFile } from './safe-file.ts';

/** JSON text. Every time in it is of the run or the reconciliation, so that the same report has the same manifest. */
export function manifestText(head: ReportHead, files: readonly WrittenFile[]): string {
  const { source } = head;
  const document = {
    format: 'tieout-manifest-1',
    month: head.month,
    run_id: source.run_id,
    recon_id: head.recon_id,
    preparer: head.preparer,
    reconciled_at: head.reconciled_at,
    app_version: head.app_version,
    control: {
      pages: source.pages,
      records: source.records,
      rejected: source.rejected,
      committed: source.committed,
      dead_letters: source.dead_letters,
      matched: head.matched,
      breaks: head.breaks,
      pending: head.pending,
      suggested: head.suggested,
      etrm_total: head.etrm_total,
      ledger_total: head.ledger_total,
    },
    hashes: {
      run_sha256: source.run_sha256,
      recon_sha256: head.recon_sha256,
      rules_sha256: head.rules_sha256,
      profile_sha256: head.profile?.sha256 ?? null,
      audit_head: head.audit_head,
      read_until: head.read_until,
      extracts: head.extracts.map(({ file, sha256, mapping_sha256 }) => ({ file, sha256, mapping_sha256 })),
    },
    files: files.map(({ path, sha256, bytes }) => ({ name: basename(path), sha256, bytes })),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
