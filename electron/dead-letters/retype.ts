/** The one way from a dead letter's raw record to a typed one, when it is retried and when that is verified. */
import { sha256Of } from '../../shared/digest.ts';
import type { FieldReason } from '../../shared/settlement.ts';
import { readPage, SEED_NAMES } from '../etrm/canonical/page.ts';
import { marketCalendar } from '../ingest/calendars/calendars.ts';
import { PageTyping } from '../ingest/page-typing.ts';
import { SETTLEMENT_RECORD } from '../ingest/record-schema.ts';
import { RecordTyping } from '../ingest/record-typing.ts';
import { enumeratedMembers } from '../ingest/schema-observed.ts';
import { storedProfile } from '../profile/profile-store.ts';
import { seedProfile } from '../profile/seed-profile.ts';
import type { Reader } from '../workspace/transaction.ts';

/** What became of records that were typed again. Their places are those in the list that was given, from 0. */
export interface Retyped {
  /** Those that passed, as `workspace/staged-rows.ts` takes them; `idx` is the place. */
  readonly rows: Uint8Array<ArrayBuffer>;
  readonly refused: ReadonlyMap<number, readonly FieldReason[]>;
}

/** @param raw records as received, each a JSON text. */
export type Retype = (raw: readonly string[]) => Retyped;

/** What a source's settlements are typed with. @param profileSha256 of a kept profile; null: the seed's. */
export type RetypeWith = (reader: Reader, profileSha256: string | null) => Promise<Retype>;

/** @throws TieoutError `profile-unknown`; `usage` where the profile does not describe settlements. */
export const retypeWith: RetypeWith = async (reader, profileSha256) => {
  const profile =
    profileSha256 === null ? seedProfile() : await storedProfile(reader, sha256Of(profileSha256));
  const schema = SETTLEMENT_RECORD;
  const mapping = profile.mapping('settlements');
  const records = new RecordTyping(schema, mapping, marketCalendar);
  const typing = new PageTyping(records, enumeratedMembers(schema, mapping), false);
  return (raw) => {
    // As one page: typed by what types every page.
    const body = Buffer.from(`{"results":[${raw.join(',')}],"next_page":false}`);
    typing.start(1);
    readPage(body, SEED_NAMES, typing);
    const { rows, deadLetters } = typing.take();
    return { rows, refused: new Map(deadLetters.map(({ index, reasons }) => [index, reasons])) };
  };
};
