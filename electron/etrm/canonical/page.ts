import { createHash } from 'node:crypto';
import { type Sha256, sha256Of } from '../../../shared/digest.ts';
import { TieoutError } from '../../../shared/errors.ts';
import { BYTE, byteAt } from './bytes.ts';
import { Canonicaliser } from './canonicaliser.ts';
import { IntStack } from './ints.ts';
import { notJson } from './not-json.ts';
import type { RecordSink } from './record-sink.ts';
import { valueEnd } from './skip.ts';
import { isTruthy, type JsonKind, keyIs, kindOf } from './values.ts';

const { OPEN_BRACE, OPEN_BRACKET } = BYTE;

/**
 * A page of the vendor's API as the seed's loop sees it (Python's truth of values, last of duplicate keys).
 * - `records`: `results` is an array with elements;
 * - `empty`: `results` is absent or falsy (`[]`, `null`, `0.0`, `""`, ...), where the seed's loop stops;
 * - `not-an-array`: `results` is some other value, of which no records can be made.
 */
export type PageReading = RecordsPage | EmptyPage | MisshapenPage;

/** The members of a page's object that a vendor names as it likes. */
export interface PageNames {
  readonly results: string;
  readonly next: string;
}

/** As the seed's vendor names them. */
export const SEED_NAMES: PageNames = { results: 'results', next: 'next_page' };

/** What the page says of the next one. */
export interface NextMember {
  /** False where the page has no such member at all. */
  readonly present: boolean;
  /** As Python sees it; false where it is absent. */
  readonly truthy: boolean;
  /** A string or the token of a number; null for anything else. */
  readonly text: string | null;
}

export interface RecordsPage {
  readonly kind: 'records';
  /** `sha256(json.dumps(results, sort_keys=True))`. */
  readonly pageSha256: Sha256;
  /** Start and end of each record, as byte offsets in the body: two numbers a record. */
  readonly records: Uint32Array;
  readonly next: NextMember;
}

export interface EmptyPage {
  readonly kind: 'empty';
  /** Of the falsy value, or null where `results` is absent. */
  readonly pageSha256: Sha256 | null;
  /** No numbers. */
  readonly records: Uint32Array;
  readonly next: NextMember;
}

export interface MisshapenPage {
  readonly kind: 'not-an-array';
  readonly pageSha256: Sha256;
  /** What `results` is instead. */
  readonly seen: JsonKind;
  readonly next: NextMember;
}

/** The last `results` of a document. */
interface Results {
  readonly from: number;
  readonly to: number;
  readonly sha256: Sha256;
}

const canonicaliser = new Canonicaliser();
const spans = new IntStack();

/**
 * Reads the body of a page in one pass.
 * @param utf8 the body, as `decodeBody` gives it. @param sink told of each record on the way.
 * @throws TieoutError vendor-not-json where Python would not read it either; vendor-page-shape where it is not an object.
 */
export function readPage(
  utf8: Uint8Array,
  names: PageNames = SEED_NAMES,
  sink: RecordSink | null = null,
): PageReading {
  try {
    return canonicaliser.on(utf8, () => pageReading(names, sink));
  } catch (fault) {
    throw notJson(utf8, fault);
  } finally {
    spans.clear();
  }
}

/**
 * The hash of `results` where the document is an object that has them, else of the whole document.
 * @throws TieoutError json-syntax, json-digits, json-nesting
 */
export function hashDocument(utf8: Uint8Array): Sha256 {
  return canonicaliser.on(utf8, () => {
    const start = canonicaliser.start();
    if (byteAt(canonicaliser.source.bytes, start) === OPEN_BRACE) {
      const { results } = readTopLevel(start, SEED_NAMES, null, null);
      if (results !== null) return results.sha256;
    }
    const whole = hashValue(start, null, null);
    canonicaliser.end(whole.to);
    return whole.sha256;
  });
}

function pageReading(names: PageNames, sink: RecordSink | null): PageReading {
  const { source } = canonicaliser;
  const start = canonicaliser.start();
  if (byteAt(source.bytes, start) !== OPEN_BRACE) {
    canonicaliser.end(valueEnd(source, start, 0));
    const seen = kindOf(byteAt(source.bytes, start));
    throw new TieoutError(
      'vendor-page-shape',
      `The vendor's page is JSON of the kind ${seen}, not an object with "${names.results}"; check the resource's address.`,
      { seen },
    );
  }
  const { results, next } = readTopLevel(start, names, spans, sink);
  const none = new Uint32Array();
  if (results === null) return { kind: 'empty', pageSha256: null, records: none, next };
  const pageSha256 = results.sha256;
  if (!isTruthy(source, results.from, results.to)) return { kind: 'empty', pageSha256, records: none, next };
  if (byteAt(source.bytes, results.from) !== OPEN_BRACKET) {
    return { kind: 'not-an-array', pageSha256, seen: kindOf(byteAt(source.bytes, results.from)), next };
  }
  return {
    kind: 'records',
    pageSha256,
    records: Uint32Array.from(spans.ints.subarray(0, spans.top)),
    next,
  };
}

interface PageMembers {
  results: Results | null;
  next: NextMember;
}

const NO_NEXT: NextMember = { present: false, truthy: false, text: null };

/** Reads the document's object: its last `results`, hashed, and what its last `next_page` says. */
function readTopLevel(
  start: number,
  names: PageNames,
  recordSpans: IntStack | null,
  sink: RecordSink | null,
): PageMembers {
  const { source } = canonicaliser;
  const found: PageMembers = { results: null, next: NO_NEXT };
  const end = canonicaliser.eachMember(start, (keyFrom, keyTo, at) => {
    if (keyIs(source, keyFrom, keyTo, names.results)) {
      if (recordSpans !== null) recordSpans.top = 0;
      found.results = hashValue(at, recordSpans, sink);
      return found.results.to;
    }
    const end = valueEnd(source, at, 1);
    if (keyIs(source, keyFrom, keyTo, names.next)) found.next = nextMember(at, end);
    return end;
  });
  canonicaliser.end(end);
  return found;
}

function nextMember(from: number, to: number): NextMember {
  const { source } = canonicaliser;
  const truthy = isTruthy(source, from, to);
  const kind = kindOf(byteAt(source.bytes, from));
  if (kind === 'string') return { present: true, truthy, text: String(JSON.parse(source.text(from, to))) };
  return { present: true, truthy, text: kind === 'number' ? source.text(from, to) : null };
}

function hashValue(from: number, recordSpans: IntStack | null, sink: RecordSink | null): Results {
  const hash = createHash('sha256');
  canonicaliser.open((piece) => {
    hash.update(piece);
  });
  const to = canonicaliser.write(from, recordSpans, sink);
  canonicaliser.flush();
  return { from, to, sha256: sha256Of(hash.digest('hex')) };
}
