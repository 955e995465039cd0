/** The page that an auditor reads first. */
import type { PackManifest } from './pack-manifest.ts';

function table(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => `  ${name.padEnd(14)} ${value}`)
    .join('\n');
}

/** @param manifest without its list of files. */
export function readmeText(manifest: Omit<PackManifest, 'files'>, verifierSha256: string): string {
  const { control, hashes, source } = manifest;
  return `EVIDENCE PACK OF ${manifest.month}

Reconciled ${manifest.reconciled_at} by ${manifest.preparer}, with Tieout ${manifest.app_version}.
Source: ${source.resource} of ${source.base_url}, ${source.start_date} to ${source.end_date}, run ${source.run_id}.

${table({
  pages: control.pages,
  records: control.records,
  rejected: control.rejected,
  matched: control.matched,
  breaks: control.breaks,
  pending: control.pending,
})}
${Object.entries(control.etrm_total)
  .map(([currency, total]) => `  ETRM total     ${total} ${currency}`)
  .join('\n')}
${Object.entries(control.ledger_total)
  .map(([currency, total]) => `  ledger total   ${total} ${currency}`)
  .join('\n')}

TO CHECK IT, on any machine with Python 3.11 or later and nothing else:

  python3 verify.py PACK.zip

It ends with 0 where everything agrees, with 1 and a line for each thing that differs, with 2 where the file is no pack.
Take verify.py out of the pack first, and hold its SHA-256 against the one that Tieout printed when the pack was
written, or against another pack's: whoever can change a pack can change the verifier in it. This pack's is
  ${verifierSha256}
"tieout verify PACK.zip" makes the same checks with code of its own.

WHAT IS IN IT
  manifest.json                 SHA-256 and size of every other file; control totals; hashes
  report/                       the report, as workbook, PDF, CSV and JSON
  pages/NNNNNN.json             each page as the vendor sent it, after content-decoding
  hashes/pages.jsonl            each page's hashes, counts and character set
  hashes/page-hashes.txt        the page hashes in order: the SHA-256 of this file is the run's
  records/dead-letters.jsonl    records that were refused, by page and place (from 0) in it, with every reason
  records/*.jsonl               what was read by a profile or a mapping, where there is one
  extracts/                     the ledger extracts as they were imported
  mappings/, profile/, rules/   how extracts and records were read, and by which rules they were compared
  audit/audit.ndjson            the audit chain up to the last event that the report tells of
  sign-off/sign-off.json        who signed and approved the month, and what, where that was done

WHAT IT PROVES, AND WHAT NOT
  The pages are what the audit chain says was received; records, totals, matches and breaks follow from them and from
  the extracts by the default rules, which verify.py works again. Where a profile or a mapping renames or converts
  fields, or other rules were in force, or an analyst decided of matches, verify.py says what it takes on trust.
  The chain shows changes only to one who has its head from elsewhere, such as a signed report. This pack's is event
  ${hashes.audit_head.seq}, ${hashes.audit_head.sha256}
  Times are those of the machine's clock. Nothing here says that the vendor's records are right.
`;
}
