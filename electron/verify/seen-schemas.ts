/**
 * What the records of pages looked like, and what of them no profile knows, seen again from their bytes and held against
 * what was kept with the pages.
 */
import { z } from 'zod';
import { MASK, type Redactor } from '../credentials/secret.ts';
import { pageSchemaText } from '../drift/page-schema.ts';
import { safeSample } from '../drift/safe-sample.ts';
import type { Drift } from '../ingest/record-typing.ts';
import { DriftSeen } from '../sync/drift-seen.ts';
import type { Check } from './findings.ts';
import { isSameJson, isSameMasked } from './masked-text.ts';
import type { CheckedPage } from './page-checks.ts';

/** As `drift/page-schema.ts` keeps it, as far as its order says nothing. */
const schema = z.looseObject({
  fields: z.array(z.looseObject({ m: z.string(), v: z.array(z.array(z.unknown())).nullable() })),
});
type Schema = z.infer<typeof schema>;

function schemaOf(text: string): Schema | null {
  try {
    return schema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

type Field = Schema['fields'][number];

/** Members and codes are listed as the thread that read the page came to know them. */
function ordered({ v, ...rest }: Field): Field {
  const byCode = (a: readonly unknown[], b: readonly unknown[]): number =>
    String(a[0]) < String(b[0]) ? -1 : 1;
  return { ...rest, v: v?.toSorted(byCode) ?? null };
}

/** @returns what differs, in words; null where nothing does. */
function schemaDifference(keptText: string, madeText: string): string | null {
  if (keptText === madeText) return null;
  const [kept, made] = [schemaOf(keptText), schemaOf(madeText)];
  if (kept === null || made === null) return 'another document';
  const [{ fields, ...rest }, { fields: members, ...others }] = [kept, made];
  if (!isSameJson(rest, others) || fields.length !== members.length) return 'another count';
  const byName = new Map(fields.map((field) => [field.m, field]));
  for (const member of members) {
    const field = byName.get(member.m);
    // A name in which a secret was masked is found by nobody.
    if (field === undefined && fields.some(({ m }) => m.includes(MASK))) continue;
    if (field === undefined || !isSameJson(ordered(field), ordered(member))) return `another ${member.m}`;
  }
  return null;
}

/** The pages of one run, in their order. */
export class SeenSchemas {
  readonly #check: Check;
  readonly #redactor: Redactor;
  readonly #runId: string;
  /** Pages before which the run was taken up again: from there on drift was told anew. */
  readonly #resumed: ReadonlySet<number>;
  /** False of runs of before there was anything of this. */
  readonly #kept: boolean;
  #drift: DriftSeen | null = new DriftSeen();

  private constructor(
    check: Check,
    redactor: Redactor,
    runId: string,
    resumed: ReadonlySet<number>,
    kept: boolean,
  ) {
    this.#check = check;
    this.#redactor = redactor;
    this.#runId = runId;
    this.#resumed = resumed;
    this.#kept = kept;
  }

  static async of(check: Check, redactor: Redactor, runId: string): Promise<SeenSchemas> {
    const { database } = check.workspace;
    const resumed = await database.rows(
      `SELECT json_extract(payload, '$.next_page')::BIGINT AS page FROM audit_event
       WHERE type = 'sync.resume' AND json_extract_string(payload, '$.run_id') = ?`,
      [runId],
    );
    const kept = await database.row(
      `SELECT EXISTS (SELECT 1 FROM page_schema WHERE run_id = $1) OR EXISTS (
         SELECT 1 FROM run_state r JOIN audit_event e ON e.type = 'drift.baseline'
           AND json_extract_string(e.payload, '$.source') = r.source
           AND json_extract_string(e.payload, '$.resource') = r.resource
         LEFT JOIN run_stop s ON s.run_id = r.run_id AND s.outcome = 'done'
         WHERE r.run_id = $1 AND e.seq < coalesce(s.seq, e.seq + 1)) AS kept`,
      [runId],
    );
    const pages = resumed.flatMap((row) => row.intOrNull('page') ?? []);
    return new SeenSchemas(check, redactor, runId, new Set(pages), kept?.bool('kept') ?? false);
  }

  /** @param pages some that follow one another. @param checked those of them whose bytes are in order. */
  async check(pages: readonly number[], checked: readonly CheckedPage[]): Promise<readonly number[]> {
    const [first, last] = [pages[0], pages.at(-1)];
    if (first === undefined || last === undefined) return [];
    const { database } = this.#check.workspace;
    const of = [this.#runId, first, last];
    const where = 'WHERE run_id = ? AND page BETWEEN ? AND ? ORDER BY page';
    const documents = new Map(
      (await database.rows(`SELECT page, document FROM page_schema ${where}`, of)).map((row) => [
        row.int('page'),
        row.text('document'),
      ]),
    );
    const kept = Map.groupBy(await database.rows(`SELECT * FROM drift ${where}`, of), (row) =>
      row.int('page'),
    );
    const read = new Map(checked.map((page) => [page.page, page]));
    const faulty: number[] = [];
    for (const page of pages) {
      if (this.#resumed.has(page)) this.#drift = new DriftSeen();
      const content = read.get(page)?.content;
      // What later pages tell depends on what this one told.
      if (content === undefined) this.#drift = null;
      if (content === undefined) continue;
      const rows = (kept.get(page) ?? []).map((row) => ({
        ...{ field: row.text('field'), kind: row.text('kind') },
        ...{ expected: row.text('expected'), seen: row.text('seen') },
      }));
      const differences = [
        this.#kept
          ? this.#schema(page, documents.get(page), pageSchemaText(content.observed, this.#redactor))
          : true,
        this.#told(page, content.drift, rows),
      ];
      if (differences.includes(false)) faulty.push(page);
    }
    return faulty;
  }

  #schema(page: number, kept: string | undefined, made: string): boolean {
    const name = `run ${this.#runId} page ${page} schema`;
    const found = kept === undefined ? 'missing' : (schemaDifference(kept, made) ?? 'what its records show');
    return this.#check.findings.expect('records', name, 'what its records show', found);
  }

  #told(
    page: number,
    seen: readonly Drift[],
    kept: readonly Readonly<Record<keyof Drift, string>>[],
  ): boolean {
    if (this.#drift === null) return true;
    const made = this.#drift.first(seen).map((drift) => ({
      ...drift,
      seen: safeSample(drift.field, drift.seen, this.#redactor),
    }));
    const name = `run ${this.#runId} page ${page} drift`;
    const same =
      made.length === kept.length && made.every((drift) => kept.some((row) => isSameDrift(row, drift)));
    const strange = kept.find((row) => !made.some((drift) => isSameDrift(row, drift)));
    const shown = ({ field, kind, expected, seen: value }: Readonly<Record<keyof Drift, string>>): string =>
      `${field} ${kind}, ${expected} expected, ${value} seen`;
    if (same) return true;
    return this.#check.findings.expect(
      'records',
      name,
      `${made.length} members that no record is to have, or lacks`,
      strange === undefined
        ? `${kept.length} of them`
        : `${kept.length} of them, ${shown(strange)} among them`,
    );
  }
}

function isSameDrift(kept: Readonly<Record<keyof Drift, string>>, made: Drift): boolean {
  return (
    kept.field === made.field &&
    kept.kind === made.kind &&
    kept.expected === made.expected &&
    isSameMasked(kept.seen, made.seen)
  );
}
