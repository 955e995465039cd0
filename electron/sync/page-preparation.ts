/** A fetched page made ready to be committed: its body kept as evidence, its records typed. */

import type { Sha256 } from '../../shared/digest.ts';
import { TieoutError } from '../../shared/errors.ts';
import type { Resource } from '../../shared/jobs.ts';
import type { RecordsFetched } from '../etrm/pages.ts';
import { rawText, type TypedPage, typePage } from '../ingest/page-records.ts';
import { type Drift, settlementTyping } from '../ingest/settlement-record.ts';
import type { EvidenceStore } from '../workspace/evidence.ts';

export interface PreparedPage extends TypedPage {
  readonly fetched: RecordsFetched;
  readonly bodySha256: Sha256;
  /** Of resources that are kept as they are: one JSON text a record. */
  readonly untyped: readonly string[];
  /** Seen for the first time in this run. */
  readonly drift: readonly Drift[];
  readonly warning: string | null;
}

/** Above this many, fields are no longer told apart: a hostile page must not fill the memory with names. */
const MOST_DRIFT = 1000;

/** Prepares the pages of one run, one after another, ahead of their commit. */
export class PagePreparation {
  readonly #evidence: EvidenceStore;
  readonly #resource: Resource;
  readonly #typing = settlementTyping();
  readonly #driftSeen = new Set<string>();
  readonly #hashes: Set<string>;

  /** @param committed hashes of the pages that the run has already. */
  constructor(evidence: EvidenceStore, resource: Resource, committed: ReadonlySet<string>) {
    this.#evidence = evidence;
    this.#resource = resource;
    this.#hashes = new Set(committed);
  }

  /** @throws TieoutError `vendor-loop` where the page came before, `workspace-*` where the evidence cannot be written. */
  async prepare(fetched: RecordsFetched): Promise<PreparedPage> {
    const { page, reading } = fetched;
    if (this.#hashes.has(reading.pageSha256)) {
      throw new TieoutError(
        'vendor-loop',
        `Page ${page} is the same as an earlier page of this run (sha256 ${reading.pageSha256}); the vendor's paging goes round, report it to the vendor.`,
        { page, page_sha256: reading.pageSha256 },
      );
    }
    this.#hashes.add(reading.pageSha256);
    const stored = this.#evidence.put(fetched.body);
    // Typing may fail first; what becomes of the write is then of no interest.
    stored.catch(() => {});
    const drift: Drift[] = [];
    const typed = this.#type(fetched, drift);
    return {
      fetched,
      ...typed,
      drift,
      warning: fetched.replaced
        ? 'The body is not valid UTF-8; invalid bytes were read as U+FFFD, as the Python client reads them.'
        : null,
      bodySha256: await stored,
    };
  }

  /** Settlements are typed; the other resources are kept record by record as they came. */
  #type(
    { utf8, reading }: RecordsFetched,
    drift: Drift[],
  ): TypedPage & { readonly untyped: readonly string[] } {
    if (this.#resource === 'settlements') {
      const typed = typePage(utf8, reading.records, this.#typing, (seen) => {
        const key = `${seen.kind} ${seen.field}`;
        if (this.#driftSeen.size >= MOST_DRIFT || this.#driftSeen.has(key)) return;
        this.#driftSeen.add(key);
        drift.push(seen);
      });
      return { ...typed, untyped: [] };
    }
    const untyped: string[] = [];
    for (let at = 0; at < reading.records.length; at += 2) {
      untyped.push(rawText(utf8, reading.records[at] ?? 0, reading.records[at + 1] ?? 0));
    }
    return { accepted: [], deadLetters: [], untyped };
  }
}
