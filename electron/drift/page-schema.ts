/** What each page's records looked like, kept with the page, so that a run that was taken up again knows all of them. */
import { BIGINT, VARCHAR } from '@duckdb/node-api';
import { z } from 'zod';
import { TieoutError } from '../../shared/errors.ts';
import type { Redactor } from '../credentials/secret.ts';
import {
  emptyRun,
  type FieldObserved,
  mergePage,
  OBSERVED_KINDS,
  type ObservedKind,
  type Occurrence,
  type PageObserved,
  type RunObserved,
  type SizesObserved,
} from '../ingest/schema-observed.ts';
import { Turns } from '../turns.ts';
import type { Database } from '../workspace/database.ts';
import type { Transaction } from '../workspace/transaction.ts';
import { safeName, safeSample } from './safe-sample.ts';

/** Count, index, sample. The page is the row's. */
const occurrence = z.tuple([z.int(), z.int(), z.string().nullable()]).nullable();
/** Largest, index, sample, then size and count by turns. */
const sizes = z.tuple([z.int(), z.int(), z.string()], z.int()).nullable();
const values = z.array(z.tuple([z.string(), z.int(), z.int(), z.string().nullable()])).nullable();

/** Short keys: a page's document is stored as often as there are pages. */
const document = z.object({
  n: z.int(),
  more: occurrence,
  fields: z.array(
    z.object({
      m: z.string(),
      /** In the order of `OBSERVED_KINDS`. */
      k: z.array(occurrence).length(OBSERVED_KINDS.length),
      num: z.int(),
      len: sizes,
      int: sizes,
      frac: sizes,
      v: values,
      more: occurrence,
    }),
  ),
});

type Document = z.input<typeof document>;
type StoredOccurrence = z.infer<typeof occurrence>;
type StoredSizes = z.infer<typeof sizes>;

function storedOccurrence(seen: Occurrence | null, safe: (text: string) => string): StoredOccurrence {
  return seen && [seen.count, seen.index, seen.sample === null ? null : safe(seen.sample)];
}

function storedSizes(seen: SizesObserved | null, safe: (text: string) => string): StoredSizes {
  if (seen === null) return null;
  const pairs: number[] = [];
  for (let size = 0; size < seen.counts.length; size += 1) {
    const count = seen.counts[size] ?? 0;
    if (count > 0) pairs.push(size, count);
  }
  return [seen.largest, seen.index, safe(seen.sample), ...pairs];
}

function documentOf(observed: PageObserved, redactor: Redactor): Document {
  const name = (text: string): string => safeName(text, redactor);
  return {
    n: observed.records,
    more: storedOccurrence(observed.moreMembers, name),
    fields: [...observed.fields].map(([member, field]) => {
      const safe = (text: string): string => safeSample(member, text, redactor);
      return {
        m: name(member),
        k: OBSERVED_KINDS.map((kind) => storedOccurrence(field.kinds[kind], safe)),
        num: field.numericStrings,
        len: storedSizes(field.lengths, safe),
        int: storedSizes(field.integerDigits, safe),
        frac: storedSizes(field.fractionDigits, safe),
        v:
          field.values &&
          [...field.values].map(([value, seen]) => [
            safe(value),
            seen.count,
            seen.index,
            seen.sample === null ? null : safe(seen.sample),
          ]),
        more: storedOccurrence(field.moreValues, safe),
      };
    }),
  };
}

/** What is kept of a page. Nothing that looks like a secret is. */
export function pageSchemaText(observed: PageObserved, redactor: Redactor): string {
  return JSON.stringify(documentOf(observed, redactor)).toWellFormed();
}

/** Keeps what pages showed, in the transaction that commits them. */
export async function storePageSchemas(
  tx: Transaction,
  runId: string,
  pages: readonly PageObserved[],
  redactor: Redactor,
): Promise<void> {
  await tx.append(
    'page_schema',
    [VARCHAR, BIGINT, VARCHAR],
    [
      pages.map(() => runId),
      pages.map(({ page }) => BigInt(page)),
      pages.map((observed) => pageSchemaText(observed, redactor)),
    ],
  );
}

function occurrenceOf(stored: StoredOccurrence, page: number): Occurrence | null {
  return stored && { count: stored[0], page, index: stored[1], sample: stored[2] };
}

function sizesOf(stored: StoredSizes, page: number): SizesObserved | null {
  if (stored === null) return null;
  const [largest, index, sample, ...pairs] = stored;
  const counts: number[] = [];
  for (let at = 0; at < pairs.length; at += 2) {
    const size = pairs[at] ?? 0;
    while (counts.length <= size) counts.push(0);
    counts[size] = pairs[at + 1] ?? 0;
  }
  return { counts, largest, page, index, sample };
}

type StoredField = z.infer<typeof document>['fields'][number];

function fieldOf(stored: StoredField, page: number): FieldObserved {
  const kind = (name: ObservedKind): Occurrence | null =>
    occurrenceOf(stored.k[OBSERVED_KINDS.indexOf(name)] ?? null, page);
  return {
    kinds: {
      null: kind('null'),
      string: kind('string'),
      integer: kind('integer'),
      number: kind('number'),
      boolean: kind('boolean'),
      object: kind('object'),
      array: kind('array'),
    },
    numericStrings: stored.num,
    lengths: sizesOf(stored.len, page),
    integerDigits: sizesOf(stored.int, page),
    fractionDigits: sizesOf(stored.frac, page),
    values:
      stored.v &&
      new Map(stored.v.map(([value, count, index, sample]) => [value, { count, page, index, sample }])),
    moreValues: occurrenceOf(stored.more, page),
  };
}

function pageOf(text: string, page: number, runId: string): PageObserved {
  const parsed = document.safeParse(JSON.parse(text));
  if (!parsed.success) {
    throw new TieoutError(
      'workspace-damaged',
      `What page ${page} of run ${runId} looked like cannot be read; restore the workspace from a backup or sync the month again.`,
      { run_id: runId, page },
    );
  }
  const { n, more, fields } = parsed.data;
  return {
    page,
    records: n,
    fields: new Map(fields.map((field) => [field.m, fieldOf(field, page)])),
    moreMembers: occurrenceOf(more, page),
  };
}

/** The pages of a run in their order, as they were kept. @throws TieoutError `workspace-damaged`. */
export async function* pagesObserved(database: Database, runId: string): AsyncGenerator<PageObserved> {
  const turns = new Turns();
  const sql = 'SELECT page, document FROM page_schema WHERE run_id = ? ORDER BY page';
  for await (const rows of database.stream(sql, [runId])) {
    for (const row of rows) {
      // A thousand of them come at once, and the window must not wait for all.
      await turns.step();
      yield pageOf(row.text('document'), row.int('page'), runId);
    }
  }
}

/** What the whole run looked like, the pages committed before an interruption too. */
export async function runObserved(database: Database, runId: string): Promise<RunObserved> {
  const run = emptyRun();
  for await (const page of pagesObserved(database, runId)) mergePage(run, page);
  return run;
}
