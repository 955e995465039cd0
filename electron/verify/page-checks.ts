/** One page from its evidence: the body's hash, the page's hash, every record typed anew, the dead letters. */
import { z } from 'zod';
import { decodeBody } from '../etrm/canonical/charset.ts';
import { readPage } from '../etrm/canonical/page.ts';
import type { Paging } from '../etrm/page-shape.ts';
import { nextOf } from '../etrm/pages.ts';
import type { PageContent } from '../ingest/page-reading.ts';
import type { DeadLetter } from '../ingest/page-typing.ts';
import type { PageReading } from '../ingest/page-workers.ts';
import { rawText } from '../ingest/raw-text.ts';
import { sha256 } from '../workspace/evidence.ts';
import type { Row } from '../workspace/row.ts';
import type { Check } from './findings.ts';
import type { RetriedRecords } from './retried-records.ts';

export interface CheckedPage {
  readonly page: number;
  readonly name: string;
  readonly content: PageContent;
}

/** How the pages of one run are checked. */
export interface PageCheckOf {
  readonly runId: string;
  readonly reading: PageReading;
  readonly retried: RetriedRecords;
  /** How its pages say where the next one is. */
  readonly paging: Paging;
}

/** @returns null where the bytes are not in order, so that there is nothing to type. */
export async function checkPage(
  { workspace, findings }: Check,
  { runId, reading, retried, paging }: PageCheckOf,
  page: Row,
): Promise<CheckedPage | null> {
  const number = page.int('page');
  const name = `run ${runId} page ${number}`;
  const stored = page.sha256('body_sha256');
  const body = await workspace.evidence.get(stored);
  if (body === null) {
    findings.expect('body', name, stored, 'missing or unreadable');
    return null;
  }
  if (!findings.expect('body', name, stored, sha256(body))) return null;
  const contentType = page.textOrNull('content_type');
  // A copy where it is needed again: the reader takes the bytes away, and a Buffer's slice would go with them.
  const kept = retried.on(number) ? new Uint8Array(body) : null;
  const read = await reading.read(number, body, contentType);
  if (read.kind !== 'records') {
    findings.expect('page', name, page.text('page_sha256'), read.kind);
    return null;
  }
  if (!findings.expect('page', name, page.text('page_sha256'), read.pageSha256)) return null;
  findings.expect('records', `${name} received`, read.content.records, page.int('records'));
  const next = page.bool('next_page') ? (nextOf(paging, read.next) ?? null) : null;
  findings.expect('page', `${name} next`, next ?? 'none', page.textOrNull('next_position') ?? 'none');
  const rawAt = kept === null ? () => '' : recordsOf(kept, contentType);
  await checkDeadLetters({ workspace, findings }, runId, page, read.content.deadLetters, retried, rawAt);
  return { page: number, name, content: read.content };
}

/** The records of a body, as received. */
function recordsOf(body: Uint8Array, contentType: string | null): (index: number) => string {
  const { utf8 } = decodeBody(body, contentType);
  const reading = readPage(utf8);
  const spans = reading.kind === 'records' ? reading.records : new Uint32Array();
  return (index) => rawText(utf8, spans[2 * index] ?? 0, spans[2 * index + 1] ?? 0);
}

async function checkDeadLetters(
  { workspace, findings }: Pick<Check, 'workspace' | 'findings'>,
  runId: string,
  page: Row,
  typed: readonly DeadLetter[],
  retried: RetriedRecords,
  rawAt: (index: number) => string,
): Promise<void> {
  const number = page.int('page');
  const name = `run ${runId} page ${number}`;
  const letters = await workspace.database.rows(
    'SELECT idx, settlement_id, reasons, raw FROM dead_letter WHERE run_id = ? AND page = ? ORDER BY idx',
    [runId, number],
  );
  // Typing may take today what it refused when the page came: such a letter has no reasons to compare.
  const refused = new Set(typed.map(({ index }) => index));
  const taken = retried.placesOn(number).filter((index) => !refused.has(index));
  const expected = [
    ...typed.map((letter) => ({ index: letter.index, text: letterText(letter) })),
    ...taken.map((index) => ({ index, text: JSON.stringify([index, rawAt(index)]) })),
  ].sort((a, b) => a.index - b.index);
  const untold = new Set(taken);
  const kept = letters.map((row) =>
    untold.has(row.int('idx')) ? JSON.stringify([row.int('idx'), row.text('raw')]) : keptLetterText(row),
  );
  findings.expect('records', `${name} rejected`, expected.length, page.int('rejected'));
  findings.expect('records', `${name} dead letters`, expected.length, kept.length);
  const at = expected.findIndex(({ text }, place) => text !== kept[place]);
  const differing = expected[at];
  if (differing) {
    const subject = `${name} dead letter ${differing.index}`;
    findings.expect('records', subject, differing.text, kept[at] ?? 'missing');
  }
  const again = expected.filter(({ index }) => retried.has(number, index));
  await retried.compare(
    number,
    name,
    again.map(({ index }) => ({ index, raw: rawAt(index) })),
  );
}

/** Place, fields and codes of the reasons, and the record as received; the reasons' words may be worded anew. */
function letterText({ index, id, reasons, raw }: DeadLetter): string {
  return JSON.stringify([index, id, reasons.map(({ field, code }) => `${field} ${code}`), raw]);
}

/** Null where it was changed into what is no JSON. */
function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const keptReasons = z.array(z.object({ field: z.string(), code: z.string() }));

function keptLetterText(row: Row): string {
  const reasons = keptReasons.safeParse(jsonOrNull(row.text('reasons'))).data ?? [];
  const codes = reasons.map(({ field, code }) => `${field} ${code}`);
  return JSON.stringify([row.int('idx'), row.textOrNull('settlement_id'), codes, row.text('raw')]);
}
