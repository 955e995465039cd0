/** Fetched pages on their way to their commit: the ones that go round are noticed, their bodies go to the evidence store. */
import { TieoutError } from '../../shared/errors.ts';
import type { RecordsFetched } from '../etrm/pages.ts';
import type { PageContent } from '../ingest/page-reading.ts';
import type { Drift } from '../ingest/record-typing.ts';
import type { EvidenceStore } from '../workspace/evidence.ts';
import { DriftSeen } from './drift-seen.ts';

export type FetchedPage = RecordsFetched<PageContent>;

export interface ArrivedPage {
  readonly fetched: FetchedPage;
  /** Resolves when the body lies in the evidence store. */
  readonly stored: Promise<void>;
  /** Seen for the first time in this run. */
  readonly drift: readonly Drift[];
  readonly warning: string | null;
}

/** The pages of one run, one after another. */
export class Arrivals {
  readonly #evidence: EvidenceStore;
  readonly #driftSeen = new DriftSeen();
  readonly #hashes: Set<string>;

  /** @param committed hashes of the pages that the run has already. */
  constructor(evidence: EvidenceStore, committed: ReadonlySet<string>) {
    this.#evidence = evidence;
    this.#hashes = new Set(committed);
  }

  /** @throws TieoutError `vendor-loop` where the page came before. */
  arrive(fetched: FetchedPage): ArrivedPage {
    const { page, read } = fetched;
    if (this.#hashes.has(read.pageSha256)) {
      throw new TieoutError(
        'vendor-loop',
        `Page ${page} is the same as an earlier page of this run (sha256 ${read.pageSha256}); the vendor's paging goes round, report it to the vendor.`,
        { page, page_sha256: read.pageSha256 },
      );
    }
    this.#hashes.add(read.pageSha256);
    const stored = this.#evidence.putPacked(read.content.bodySha256, read.content.packed);
    // It is awaited before the commit.
    stored.catch(() => {});
    const drift = this.#driftSeen.first(read.content.drift);
    return {
      fetched,
      stored,
      drift,
      warning: read.replaced
        ? 'The body is not valid UTF-8; invalid bytes were read as U+FFFD, as the Python client reads them.'
        : null,
    };
  }
}
