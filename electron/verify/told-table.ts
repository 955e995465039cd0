/** How a table is described whose rows events of the audit chain tell of, and the SQL that such descriptions are made of. */

/** Rows that events tell of. The SQL is over `e`, a row of `audit_event`, and gives texts. */
export interface ToldTable {
  readonly table: string;
  /** Kinds of events that tell of its rows, each of one row or more. */
  readonly types: readonly string[];
  /** Columns by which rows are paired with what is told; all of them are told. */
  readonly key: readonly string[];
  readonly columns: Readonly<Record<string, string>>;
  /** Columns of which the event bears the SHA-256. */
  readonly hashed?: readonly string[];
  /** Where an event tells of several rows: what is joined to it. */
  readonly each?: string;
  /** The member that bears the hash of the document that tells them: `each` joins it as `d`. */
  readonly document?: string;
  /** Of which of these events only; of all where there is none. */
  readonly when?: string;
  /** Which of its rows only, over `t`; all where there is none. */
  readonly rows?: string;
  /** What a finding is called; `event N` where there is none. @param of gives the SQL of a column. */
  readonly named?: (of: (column: string) => string) => string;
}

/** Of a member that an event of an earlier version does not have: nothing is held against it. */
export const UNTOLD = 'chr(1)';

export function member(name: string): string {
  return `CASE WHEN json_exists(e.payload, '$.${name}') THEN json_extract_string(e.payload, '$.${name}') ELSE ${UNTOLD} END`;
}

export function members(...names: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(names.map((name) => [name, member(name)]));
}

export const SEQ = 'e.seq::VARCHAR';
export const AT = 'e.occurred_at';
export const ACTOR = 'e.actor';
export const NONE = 'NULL::VARCHAR';
/** The end of the event's kind: `save` of `connection.save`. */
export const ACT = `split_part(e.type, '.', 2)`;

/** Of events of one kind only; empty of the others. */
export function only(type: string, sql: string): string {
  return `CASE WHEN e.type = '${type}' THEN ${sql} END`;
}

/** Of events of every other kind; empty of this one. */
export function unless(type: string, sql: string): string {
  return `CASE WHEN e.type <> '${type}' THEN ${sql} END`;
}

export function flag(condition: string): string {
  return `CASE WHEN ${condition} THEN 'true' ELSE 'false' END`;
}

/** Documents that are kept by their hash under a name and revision. */
export function documents(table: string, type: string): ToldTable {
  return {
    table,
    types: [type],
    key: ['seq'],
    columns: {
      ...{ seq: SEQ, saved_at: AT, actor: ACTOR, document: member('sha256') },
      ...members('sha256', 'name', 'revision'),
    },
    hashed: ['document'],
  };
}

/** The lines of a document, one row each. */
export const LINES = `, unnest(list_filter(string_split(d.document, chr(10)), lambda x: x <> '')) AS u(line)`;
