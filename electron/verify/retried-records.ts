/** Dead letters that were retried: each is typed anew from its page with the profile of its retry, and held against its row. */
import type { LetterPlace } from '../../shared/dead-letters.ts';
import type { RetypeWith } from '../dead-letters/retype.ts';
import { placedRows } from '../dead-letters/store-retried.ts';
import { SETTLEMENT_RECORD } from '../ingest/record-schema.ts';
import { type RowPiece, withRows } from '../workspace/staged-rows.ts';
import type { Check } from './findings.ts';

interface RetriedLetter {
  /** Place in the page, from 0. */
  readonly index: number;
  /** As it stands in the page. */
  readonly raw: string;
}

/** What each retried letter was typed with, by its place in the page; null: the seed's profile. */
type Profiles = ReadonlyMap<number, string | null>;

const NONE: Profiles = new Map();

export class RetriedRecords {
  readonly #check: Check;
  readonly #retypeWith: RetypeWith;
  readonly #runId: string;
  readonly #pages: ReadonlyMap<number, Profiles>;
  readonly count: number;

  private constructor(
    check: Check,
    retypeWith: RetypeWith,
    runId: string,
    pages: ReadonlyMap<number, Profiles>,
  ) {
    this.#check = check;
    this.#retypeWith = retypeWith;
    this.#runId = runId;
    this.#pages = pages;
    this.count = [...pages.values()].reduce((sum, { size }) => sum + size, 0);
  }

  static async of(check: Check, retypeWith: RetypeWith, runId: string): Promise<RetriedRecords> {
    const rows = await check.workspace.database.rows(
      `SELECT page, idx, profile_sha256 FROM dead_letter_event WHERE run_id = ? AND act = 'retried' ORDER BY page, idx`,
      [runId],
    );
    const pages = new Map<number, Map<number, string | null>>();
    for (const row of rows) {
      const page = pages.get(row.int('page')) ?? new Map<number, string | null>();
      page.set(row.int('idx'), row.textOrNull('profile_sha256'));
      pages.set(row.int('page'), page);
    }
    return new RetriedRecords(check, retypeWith, runId, pages);
  }

  #on(page: number): Profiles {
    return this.#pages.get(page) ?? NONE;
  }

  has(page: number, index: number): boolean {
    return this.#on(page).has(index);
  }

  /** Whether a retried letter is on the page. */
  on(page: number): boolean {
    return this.#pages.has(page);
  }

  /** Their places on the page, in order. */
  placesOn(page: number): readonly number[] {
    return [...this.#on(page).keys()];
  }

  /** Holds the retried letters of a page against their rows. @param letters those that the page has, in order. */
  async compare(page: number, name: string, letters: readonly RetriedLetter[]): Promise<void> {
    if (!this.#pages.has(page)) return;
    const { workspace, findings } = this.#check;
    const profiles = this.#on(page);
    let differing: string | null = null;
    const told = new Set<number>();
    for (const [profile, some] of Map.groupBy(letters, ({ index }) => profiles.get(index) ?? null)) {
      const retype = await this.#retypeWith(workspace.database, profile);
      const { rows, refused } = retype(some.map(({ raw }) => raw));
      for (const [at, reasons] of refused) {
        const why = reasons.map(({ message }) => message).join('; ');
        const subject = `${name} retried record ${some[at]?.index}`;
        findings.expect('records', subject, 'a record that passes', why);
        return;
      }
      const places = some.map(({ index }) => ({ runId: this.#runId, page, index }));
      for (const { index } of places) told.add(index);
      differing ??= await this.#difference(page, rows, places);
    }
    // A row that is called a retried letter's, of a letter that the page has not.
    const stranger = this.placesOn(page).find((index) => !told.has(index));
    if (stranger !== undefined) differing ??= String(stranger);
    if (differing !== null) {
      findings.expect('records', `${name} retried record ${differing}`, 'the record as typed', 'another');
    }
  }

  /** The first place whose row is not what was typed. */
  async #difference(page: number, rows: RowPiece, places: readonly LetterPlace[]): Promise<string | null> {
    const { database } = this.#check.workspace;
    return database.apart((reader) =>
      withRows(reader, SETTLEMENT_RECORD, [rows], async (relation, columns) => {
        const typed = placedRows(relation, columns, places);
        const fields = columns.filter((name) => name !== 'page' && name !== 'idx').join(', ');
        const row = await reader.row(
          `WITH typed AS MATERIALIZED (${typed.sql}), stored AS MATERIALIZED (
           SELECT run_id, page, idx, ${fields} FROM settlement
           WHERE run_id = ? AND page = ? AND idx IN (SELECT unnest(from_json(?, '["BIGINT"]'))))
         SELECT min(idx) AS idx FROM (
           SELECT idx FROM (FROM typed EXCEPT FROM stored)
           UNION ALL SELECT idx FROM (FROM stored EXCEPT FROM typed)
           UNION ALL SELECT idx FROM stored GROUP BY idx HAVING count(*) > 1)`,
          [...typed.parameters, this.#runId, page, JSON.stringify(places.map(({ index }) => index))],
        );
        const index = row?.intOrNull('idx') ?? null;
        return index === null ? null : String(index);
      }),
    );
  }
}
