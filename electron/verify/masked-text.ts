/** Texts in which a secret was masked, against what they were made of by one who does not know the secret. */
import { MASK } from '../credentials/secret.ts';
import { SAMPLE_LENGTH } from '../ingest/schema-observed.ts';

/** Of a text that has a mask, or had one before it was cut to a sample: what is before it. */
function beforeMask(text: string): string | null {
  const at = text.indexOf(MASK);
  if (at >= 0) return text.slice(0, at);
  if (text.length < SAMPLE_LENGTH) return null;
  for (let length = MASK.length - 1; length > 0; length -= 1)
    if (text.endsWith(MASK.slice(0, length))) return text.slice(0, -length);
  return null;
}

/** Whether a kept text is the one that was made now, or may be with a secret masked: what is before the mask is the same. */
export function isSameMasked(kept: string, made: string): boolean {
  if (kept === made) return true;
  const start = beforeMask(kept);
  return start !== null && made.startsWith(start);
}

/** The same of JSON values, whole. */
export function isSameJson(kept: unknown, made: unknown): boolean {
  if (typeof kept === 'string' && typeof made === 'string') return isSameMasked(kept, made);
  if (typeof kept !== 'object' || typeof made !== 'object' || kept === null || made === null)
    return kept === made;
  const [ours, theirs] = [Object.entries(kept), new Map(Object.entries(made))];
  return (
    Array.isArray(kept) === Array.isArray(made) &&
    ours.length === theirs.size &&
    ours.every(([name, value]) => theirs.has(name) && isSameJson(value, theirs.get(name)))
  );
}
