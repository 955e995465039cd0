import { evidenceInWords } from '../../shared/evidence-words.ts';
import type { Evidence } from '../../shared/recon.ts';

/** Tolerances, factors and rates that were used; nothing where only the plain figures were. */
export function EvidenceNotes({ evidence }: { readonly evidence: Evidence | undefined }) {
  const lines = evidenceInWords(evidence);
  if (lines.length === 0) return null;
  return (
    <>
      <h4>Used</h4>
      <ul className="reasons" aria-label="Used">
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </>
  );
}
