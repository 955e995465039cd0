/** A connection profile: how one vendor's API is asked, and how its records become ours. */
import type { Sha256 } from '../../shared/digest.ts';
import type { Resource } from '../../shared/resource.ts';
import type { ResourceShape } from '../etrm/page-shape.ts';
import type { RecordMapping } from '../ingest/mapping.ts';

export interface Profile {
  readonly name: string;
  readonly revision: number;
  /** Canonical JSON text, all ASCII. */
  readonly document: string;
  /** Of `document`. */
  readonly sha256: Sha256;
  /** True where the vendor guarantees that a request with an idempotency key acts once. */
  readonly idempotencyKeys: boolean;
  /** Those that the profile describes. */
  readonly resources: readonly Resource[];
  /** @throws TieoutError `usage` where the profile does not describe the resource. */
  shape(resource: Resource): ResourceShape;
  /** @throws TieoutError `usage` where the profile does not describe the resource. */
  mapping(resource: Resource): RecordMapping;
}
