/** What became of dead letters once more: the letters of an act lie in the evidence, under the digest that its event bears. */
import { BIGINT, VARCHAR } from '@duckdb/node-api';
import { sha256Of } from '../../shared/digest.ts';
import { retypeWith } from '../dead-letters/retype.ts';
import { storeRetried } from '../dead-letters/store-retried.ts';
import type { Transaction } from '../workspace/transaction.ts';
import { documentText, profileOf, type ReplayParts } from './replay-parts.ts';
import { NotEnough, type ToldEvent } from './told-event.ts';

interface ActedLetter {
  readonly act: string;
  readonly runId: string;
  readonly page: number;
  readonly index: number;
  readonly profile: string | null;
  readonly reasons: string | null;
}

/** Letters typed at once. */
const BATCH = 2000;

/** As `LETTER_LINE` of `dead-letters/letter-acts.ts` writes them. */
function lettersOf(text: string): readonly ActedLetter[] {
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => {
      const [act, runId, page, index, profile, reasons] = line.split('\t');
      if (act === undefined || runId === undefined || profile === undefined || reasons === undefined)
        throw new NotEnough('the letters that it is about cannot be read');
      const orNull = (field: string): string | null => (field === '-' ? null : field);
      return {
        ...{ act, runId, page: Number(page), index: Number(index) },
        ...{ profile: orNull(profile), reasons: orNull(reasons) },
      };
    });
}

export async function replayLetterAct(parts: ReplayParts, event: ToldEvent): Promise<void> {
  const letters = lettersOf(await documentText(parts, event.sha256('letters_sha256')));
  const reason = event.has('reason') ? event.textOrNull('reason') : null;
  const retried = letters.filter(({ act }) => act === 'retried');
  // Read before the transaction: a profile is kept for as long as it is typed with.
  for (const profile of new Set(retried.map((letter) => letter.profile))) {
    if (profile !== null) await profileOf(parts, sha256Of(profile));
  }
  await parts.database.transaction(async (tx) => {
    for (const some of Map.groupBy(retried, ({ runId, profile }) => `${runId} ${profile}`).values()) {
      for (let from = 0; from < some.length; from += BATCH) {
        parts.signal.throwIfAborted();
        await typeAgain(parts, tx, some.slice(from, from + BATCH));
      }
    }
    await tx.append(
      'dead_letter_event',
      [BIGINT, VARCHAR, BIGINT, BIGINT, VARCHAR, VARCHAR, VARCHAR, VARCHAR, VARCHAR, VARCHAR],
      [
        letters.map(() => BigInt(event.seq)),
        letters.map(({ runId }) => runId),
        letters.map(({ page }) => BigInt(page)),
        letters.map(({ index }) => BigInt(index)),
        letters.map(({ act }) => act),
        letters.map(() => reason),
        letters.map(() => event.actor),
        letters.map(() => event.at),
        letters.map(({ profile }) => profile),
        letters.map(({ reasons }) => reasons),
      ],
    );
  });
}

/** Letters of one run and profile become records again. */
async function typeAgain(
  parts: ReplayParts,
  tx: Transaction,
  letters: readonly ActedLetter[],
): Promise<void> {
  const [first] = letters;
  if (!first) return;
  const rows = await tx.rows(
    `SELECT d.page, d.idx, d.raw FROM dead_letter d
     JOIN (SELECT unnest(from_json(?::JSON, '[{"page":"BIGINT","idx":"BIGINT"}]'), recursive := true)) l
       ON l.page = d.page AND l.idx = d.idx
     WHERE d.run_id = ? ORDER BY d.page, d.idx`,
    [JSON.stringify(letters.map(({ page, index }) => ({ page, idx: index }))), first.runId],
  );
  const name = `run ${first.runId} retried letters`;
  parts.findings.expect('records', name, letters.length, rows.length);
  const retype = await retypeWith(tx, first.profile);
  const { rows: typed, refused } = retype(rows.map((row) => row.text('raw')));
  parts.findings.expect('records', `${name} that pass`, rows.length, rows.length - refused.size);
  const places = rows.map((row) => ({ runId: first.runId, page: row.int('page'), index: row.int('idx') }));
  await storeRetried(tx, typed, places);
}
