/** The accepted schema of a source's resource: what its records are known to look like, and what a drift is held against. */
import { z } from 'zod';
import { TieoutError } from '../../shared/errors.ts';
import type { Resource } from '../../shared/resource.ts';
import {
  type FieldObserved,
  OBSERVED_KINDS,
  type ObservedKind,
  presentIn,
  type RunObserved,
} from '../ingest/schema-observed.ts';
import type { Row } from '../workspace/row.ts';
import type { Reader } from '../workspace/transaction.ts';

const kinds = z.enum(OBSERVED_KINDS);
const size = z.int().nullable();

const memberSchema = z.object({
  name: z.string(),
  /** In every record. */
  always: z.boolean(),
  /** Without null. */
  kinds: z.array(kinds),
  nullable: z.boolean(),
  /** All its strings are decimals. */
  numeric: z.boolean(),
  /** UTF-16 units of the longest string; null where there was none. */
  longest: size,
  integer_digits: size,
  fraction_digits: size,
  /** Codes of an enumeration, in upper case; null where it is none. */
  values: z.array(z.string()).nullable(),
  /** More codes than are told apart: an unseen one cannot be noticed. */
  more_values: z.boolean(),
});

const baselineSchema = z.object({
  members: z.array(memberSchema),
  /** More members than are told apart. */
  more_members: z.boolean(),
});

export type BaselineMember = Readonly<z.infer<typeof memberSchema>>;

export interface SchemaBaseline {
  readonly members: readonly BaselineMember[];
  readonly more_members: boolean;
}

export interface StoredBaseline extends SchemaBaseline {
  /** Of the audit event that set it. */
  readonly seq: number;
  readonly changedAt: string;
  readonly actor: string;
  readonly source: string;
  readonly resource: string;
  /** The run that it was seen in. */
  readonly runId: string;
  readonly note: string | null;
}

export function kindsSeen(field: FieldObserved): readonly ObservedKind[] {
  return OBSERVED_KINDS.filter((kind) => kind !== 'null' && field.kinds[kind] !== null);
}

/** Whether all strings of a member are decimals, and there are some. */
export function isNumeric(field: FieldObserved): boolean {
  return field.numericStrings > 0 && field.numericStrings === field.kinds.string?.count;
}

export function baselineMember(name: string, field: FieldObserved, records: number): BaselineMember {
  return {
    name,
    always: presentIn(field) === records,
    kinds: [...kindsSeen(field)],
    nullable: field.kinds.null !== null,
    numeric: isNumeric(field),
    longest: field.lengths?.largest ?? null,
    integer_digits: field.integerDigits?.largest ?? null,
    fraction_digits: field.fractionDigits?.largest ?? null,
    values: field.values && [...field.values.keys()].sort(),
    more_values: field.moreValues !== null,
  };
}

export function baselineOf(run: RunObserved): SchemaBaseline {
  return {
    members: [...run.fields].map(([name, field]) => baselineMember(name, field, run.records)),
    more_members: run.moreMembers !== null,
  };
}

function storedBaseline(row: Row): StoredBaseline {
  const source = row.text('source');
  const resource = row.text('resource');
  const parsed = baselineSchema.safeParse(row.json('document'));
  if (!parsed.success) {
    throw new TieoutError(
      'workspace-damaged',
      `The accepted schema of ${source} ${resource} cannot be read; restore the workspace from a backup.`,
      { source, resource },
    );
  }
  return {
    ...parsed.data,
    seq: row.int('seq'),
    changedAt: row.text('changed_at'),
    actor: row.text('actor'),
    source,
    resource,
    runId: row.text('run_id'),
    note: row.textOrNull('note'),
  };
}

/** Accepted schemas by source and resource; null asks for all. @throws TieoutError `workspace-damaged`. */
export async function baselines(
  database: Reader,
  source: string | null,
  resource: Resource | null,
): Promise<readonly StoredBaseline[]> {
  const rows = await database.rows(
    `SELECT * FROM schema_baseline
     WHERE (?::VARCHAR IS NULL OR source = ?) AND (?::VARCHAR IS NULL OR resource = ?) ORDER BY source, resource`,
    [source, source, resource, resource],
  );
  return rows.map(storedBaseline);
}

/** @returns null where no run of the source and resource has ended with a record yet. @throws `workspace-damaged`. */
export async function currentBaseline(
  database: Reader,
  source: string,
  resource: Resource,
): Promise<StoredBaseline | null> {
  const [baseline] = await baselines(database, source, resource);
  return baseline ?? null;
}
