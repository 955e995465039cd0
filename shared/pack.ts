/** What a check of an evidence pack finds. */

export interface PackDifference {
  /** zip, file, audit, body, page, records, run, extract or control. */
  readonly subject: string;
  readonly name: string;
  readonly expected: string;
  readonly found: string;
}

export interface PackVerification {
  readonly path: string;
  /** Of the file. */
  readonly sha256: string;
  /** Null where the manifest cannot be read. */
  readonly month: string | null;
  readonly files: number;
  readonly pages: number;
  readonly records: number;
  readonly auditEvents: number;
  /** SHA-256 of the verify.py in the pack, and whether this Tieout writes the same one. */
  readonly verifier: { readonly sha256: string; readonly known: boolean } | null;
  /** What a reader of the pack cannot work again, in words. */
  readonly onTrust: readonly string[];
  readonly differences: readonly PackDifference[];
}
