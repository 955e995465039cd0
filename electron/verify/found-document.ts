/** What a verification found, kept among the evidence under the hash that its event bears, for a database made anew. */
import { z } from 'zod';
import type { Sha256 } from '../../shared/digest.ts';
import type { VerifyDifference } from '../../shared/jobs.ts';
import type { EvidenceStore } from '../workspace/evidence.ts';
import type { PageCheck } from './runs.ts';

const foundDocument = z.object({
  differences: z.array(z.record(z.string(), z.string())),
  /** Pages that are not what they should be. */
  faulty: z.array(z.tuple([z.string(), z.int()])),
});

/** @returns null where nothing was found: the event says so itself. */
export async function keepFound(
  evidence: EvidenceStore,
  differences: readonly VerifyDifference[],
  checks: readonly PageCheck[],
): Promise<Sha256 | null> {
  if (differences.length === 0) return null;
  const faulty = checks.filter(({ verified }) => !verified).map(({ runId, page }) => [runId, page]);
  return await evidence.put(Buffer.from(JSON.stringify({ differences, faulty })));
}

/** @returns null where the bytes are none. */
export function readFound(bytes: Uint8Array): Readonly<z.infer<typeof foundDocument>> | null {
  return foundDocument.safeParse(JSON.parse(Buffer.from(bytes).toString('utf8'))).data ?? null;
}
