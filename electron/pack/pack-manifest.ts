/** What a pack says of itself: `manifest.json`, which lists every other file with its hashes. */
import { z } from 'zod';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.int().min(0);
const totals = z.record(z.string(), z.string());

const PACK_FORMAT = 'tieout-pack-1';

export const packManifest = z.object({
  format: z.literal(PACK_FORMAT),
  month: z.string(),
  recon_id: z.string(),
  preparer: z.string(),
  reconciled_at: z.string(),
  app_version: z.string(),
  source: z.object({
    run_id: z.string(),
    connection: z.string().nullable(),
    base_url: z.string(),
    resource: z.string(),
    start_date: z.string(),
    end_date: z.string(),
  }),
  profile: z.object({
    name: z.string(),
    revision: z.int(),
    /** The member of a page's object that holds its records. */
    results: z.string(),
    /** Where what was read by a profile that maps fields lies; null: a reader needs nothing but the pages. */
    rows_member: z.string().nullable(),
  }),
  extracts: z.array(
    z.object({
      file: z.string(),
      member: z.string(),
      import_id: z.string(),
      sha256,
      rows: count,
      totals,
      mapping_sha256: sha256.nullable(),
      /** Of a plain CSV file. */
      delimiter: z.string().nullable(),
      /** Where what was read of any other lies. */
      rows_member: z.string().nullable(),
    }),
  ),
  /** The JSON report. */
  report: z.string(),
  /** What analysts decided of matches before the reconciliation, which a reader cannot work again. */
  decisions: count,
  control: z.object({
    pages: count,
    records: count,
    rejected: count,
    committed: count,
    matched: count,
    breaks: count,
    pending: count,
    by_category: z.record(z.string(), count),
    etrm_total: totals,
    ledger_total: totals,
  }),
  hashes: z.object({
    run_sha256: sha256,
    recon_sha256: sha256,
    rules_sha256: sha256,
    profile_sha256: sha256,
    verifier_sha256: sha256,
    audit_head: z.object({ seq: z.int().min(1), sha256 }),
  }),
  files: z.array(z.object({ name: z.string(), bytes: count, sha256, packed_sha256: sha256 })),
});
export type PackManifest = z.infer<typeof packManifest>;
