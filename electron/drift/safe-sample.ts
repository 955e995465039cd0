/**
 * Samples of what a vendor sent, safe to be stored, printed and shown: nothing that is a secret of ours, and nothing that
 * looks like a secret of somebody's. Better one sample too few than a token in a report.
 */
import { MASK, type Redactor } from '../credentials/secret.ts';
import { SAMPLE_LENGTH } from '../ingest/schema-observed.ts';

/** Compared without case and without what is neither letter nor digit: `API_Key`, `apiKey`. */
const SECRET_NAMES =
  /password|passwd|passphrase|pwd|secret|token|authori[sz]ation|apikey|accesskey|privatekey|credential|signature|cookie|bearer|jwt/;

/** Members of which no sample is ever shown. */
function isSecretName(member: string): boolean {
  return SECRET_NAMES.test(member.toLowerCase().replace(/[^a-z0-9]/g, ''));
}

/** Forms that only credentials have; a sample may have cut them short. */
const CREDENTIAL = [
  /\beyJ[\w-]{3,}/,
  /\b(?:Bearer|Basic|Digest|Negotiate)\s+\S{6,}/i,
  /-----BEGIN /,
  /\b(?:AKIA|ASIA)[0-9A-Z]{12,}/,
  /\b(?:sk|pk|rk|ghp|gho|ghu|ghs|ghr|xox[abprs]|glpat|npm)[-_][\w-]{10,}/,
  /\bgithub_pat_\w{10,}/,
  /\bAIza[\w-]{20,}/,
  // User information in a URL.
  /:\/\/[^\s/@]*:[^\s/@]+@/,
  // A parameter or a member that says what it is.
  /(?:password|passwd|pwd|secret|token|api_?key|signature)["']?\s*[=:]\s*["']?[^\s"']/i,
];

const RANDOM_LENGTH = 20;
const RANDOM_TURNS = 4;

/** A run of letters and digits that nobody names a thing by: long, and turning from one to the other again and again. */
function looksRandom(text: string): boolean {
  for (const [run] of text.matchAll(/[A-Za-z0-9+]{2,}/g)) {
    if (run.length < RANDOM_LENGTH) continue;
    const turns = run.match(/[A-Za-z][0-9]|[0-9][A-Za-z]/g)?.length ?? 0;
    if (turns >= RANDOM_TURNS) return true;
  }
  return false;
}

/** Of a nested value the form is shown, not what its strings say: a secret in it may have been cut in two. */
function hollow(json: string): string {
  return json.replace(/"(?:[^"\\]|\\.)*(?:"(\s*:)?|$)/gs, (token, colon: string | undefined) =>
    colon === undefined ? '"…"' : token,
  );
}

/** Half a surrogate pair has no UTF-8, and a NUL ends a text in other programs: both are read as U+FFFD. */
function storable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\ufffd');
}

/** @param text at most `SAMPLE_LENGTH` characters, perhaps the beginning of more. */
export function safeSample(member: string, text: string, redactor: Redactor): string {
  if (isSecretName(member) || CREDENTIAL.some((form) => form.test(text)) || looksRandom(text)) return MASK;
  const shown = /^\s*[[{]/.test(text) ? hollow(text) : text;
  const safe = text.length < SAMPLE_LENGTH ? redactor.redact(shown) : redactor.redactCut(shown);
  return storable(safe.slice(0, SAMPLE_LENGTH));
}

/** A member's name, which a vendor may put anything into. */
export function safeName(member: string, redactor: Redactor): string {
  return storable(redactor.redact(member));
}
