/**
 * What the engine matches by itself: one row on each side under a key, nothing that differs, the amounts within the
 * tolerance. It is an optimisation of the judge and never says what the judge would not: what it leaves goes there.
 *
 * Texts of few values (units, names, currencies) are not carried through the join but their hash is; afterwards each pair
 * of hashes that met is looked at once, by the texts themselves. Figures are compared as they are written, where that says
 * enough: the engine takes as long to unpack one DECIMAL(38,12) column as all texts of a row.
 */
import type { Decimal } from '../../shared/decimal.ts';
import type { Relation } from '../dead-letters/known-settlements.ts';
import type { Parameter, Transaction } from '../workspace/transaction.ts';
import type { KeyedSides } from './keyed-sides.ts';

const TABLES = [
  'repeated_settlement_id',
  'repeated_key',
  'met_several',
  'etrm_texts',
  'ledger_texts',
  'differing_texts',
  'unsure',
  'met',
] as const;

export async function dropPlain(tx: Transaction): Promise<void> {
  await tx.run('DROP VIEW IF EXISTS temp.plain');
  for (const table of TABLES) await tx.run(`DROP TABLE IF EXISTS temp.${table}`);
}

/** Equal wherever the ledger has them. */
const EQUAL = ['volume_uom', 'direction', 'counterparty'];
/** The same, where the ETRM may lack them too. */
const EQUAL_WHERE_BOTH = ['legal_entity', 'agreement'];
const TEXTS = ['currency', ...EQUAL, ...EQUAL_WHERE_BOTH, 'price_uom'].join(', ');

/** Bound: the pending statuses as a JSON list. */
const SAME_TEXTS = [
  `NOT list_contains(json_extract_string(?::JSON, '$[*]'), e.status)`,
  'e.currency = l.currency',
  ...EQUAL.map((field) => `(l.${field} IS NULL OR l.${field} = e.${field})`),
  ...EQUAL_WHERE_BOTH.map((field) => `(l.${field} IS NULL OR e.${field} IS NULL OR l.${field} = e.${field})`),
  '(l.price_uom IS NULL OR upper(l.price_uom) = upper(e.price_uom))',
].join(' AND ');

/** Figures that the engine's DECIMAL holds: where one is wider, the judge has the row. */
const NARROW = `l.amount IS NOT NULL AND (l.volume IS NOT NULL OR l.volume_text IS NULL) AND (l.price IS NOT NULL OR l.price_text IS NULL)`;

/** What is compared as it lies, whatever its figures. */
const SAME_FIXED = ['version', 'delivery_start', 'delivery_end']
  .map((field) => `(l.${field} IS NULL OR l.${field} = e.${field})`)
  .join(' AND ');

const SAME_FIGURES = [
  SAME_FIXED,
  ...['volume', 'price'].map((field) => `(l.${field} IS NULL OR l.${field} = e.${field})`),
  'l.amount <= e.amount + ?::DECIMAL(38,12)',
  'l.amount >= e.amount - ?::DECIMAL(38,12)',
].join(' AND ');

/** A text of no more characters is kept as a DECIMAL beside it: it has no more digits on either side of the point. */
const SURELY_KEPT = 13;
/** A text of no more characters has at most nine decimals, so that the engine's narrow type does not round it. */
const SURELY_NARROW = 11;

/** An eightieth of the time that the engine takes to read the wide type; NULL where it does not fit. */
function narrow(text: string): string {
  return `TRY_CAST(${text} AS DECIMAL(17,9))`;
}

function bothNarrow(field: string): string {
  return `strlen(l.${field}) <= ${SURELY_NARROW} AND strlen(e.${field}) <= ${SURELY_NARROW}`;
}

function sameText(field: string): string {
  return `l.${field} = e.${field} AND strlen(e.${field}) <= ${SURELY_KEPT}`;
}

/** By the texts; NULL where they do not tell. */
function sameFigure(field: string): string {
  return `CASE WHEN l.${field} IS NULL OR (${sameText(field)}) THEN TRUE
    WHEN ${bothNarrow(field)} THEN ${narrow(`l.${field}`)} = ${narrow(`e.${field}`)} END`;
}

/** Ledger less ETRM, by the texts; NULL where they do not tell. */
const MOVED = `CASE WHEN ${sameText('amount_text')} THEN 0
  WHEN ${bothNarrow('amount_text')} THEN ${narrow('l.amount_text')} - ${narrow('e.amount_text')} END`;

const WHOLE_DIGITS = 17;
const DECIMALS = 12;

/** What the engine may let pass: never more than was allowed. */
function engineTolerance(tolerance: Decimal): string {
  const [whole = '0', fraction = ''] = tolerance.split('.');
  return whole.length > WHOLE_DIGITS ? '9'.repeat(WHOLE_DIGITS) : `${whole}.${fraction.slice(0, DECIMALS)}0`;
}

export interface PlainRules {
  /** Null: the rules look at more than the engine does, and nothing is matched here. */
  readonly tolerance: Decimal | null;
  readonly pending: readonly string[];
}

/**
 * Of `met`, of both sides together: where the rows lie, in which order a match is shown, what is held against each other by
 * hash, what the amounts of a match differ by, and what is hashed of it: its key with the length before it, and its figures.
 * `same`: the engine says that they match; NULL while it is not sure. A row that met none stands alone.
 */
const COLUMNS = `e_row BIGINT, l_row BIGINT, page BIGINT, idx BIGINT, import_no INTEGER, line BIGINT, delivery_start TIMESTAMP,
  kind INTEGER, rest VARCHAR, etrm_h UBIGINT, ledger_h UBIGINT, currency VARCHAR, moved DECIMAL(38,12), said VARCHAR,
  same BOOLEAN`;

/** What is hashed of a match. @param moved a DECIMAL(38,12), NULL for none. */
function saidOf(currency: string, moved: string): string {
  return `concat(chr(kind), strlen(rest), ':', rest, ' ', amount_text, ' ', volume_text, ' ', ${currency},
    CASE WHEN ${moved} IS NULL THEN '' ELSE ' ' || ${moved}::VARCHAR END)`;
}

/** The texts that rows of a side have together, each once, with their hash. */
async function keepTexts(
  tx: Transaction,
  side: 'etrm' | 'ledger',
  { sql, parameters }: Relation,
): Promise<void> {
  const texts = side === 'etrm' ? `${TEXTS}, status` : TEXTS;
  await tx.run(
    `CREATE TEMP TABLE ${side}_texts AS
     SELECT hash(${texts}) AS h, * FROM (SELECT DISTINCT ${texts} FROM (${sql}))`,
    parameters,
  );
}

/** What is true of settlements of which no other one has the id, or the key. */
async function once(tx: Transaction, { etrm, named }: KeyedSides): Promise<readonly string[]> {
  const conditions: string[] = [];
  const among = async (column: 'settlement_id' | 'key', where: string): Promise<void> => {
    await tx.run(
      `CREATE TEMP TABLE repeated_${column} AS
       SELECT hash(${column}) AS h FROM (${etrm.sql}) ${where} GROUP BY h HAVING count(*) > 1`,
      etrm.parameters,
    );
    if (await tx.row(`SELECT 1 AS found FROM temp.repeated_${column} LIMIT 1`))
      conditions.push(`hash(${column}) NOT IN (SELECT h FROM temp.repeated_${column})`);
  };
  // One that came twice is in the total once, whatever the keys that its rows meet under.
  if (await tx.row('SELECT 1 AS found FROM temp.repeated_id LIMIT 1'))
    await among('settlement_id', 'WHERE hash(settlement_id) IN (SELECT h FROM temp.repeated_id)');
  if (!named) await among('key', '');
  return conditions;
}

/** A key under conditions: without them it meets nothing. */
function meetingKey(key: string, conditions: readonly string[]): string {
  return conditions.length === 0 ? key : `CASE WHEN ${conditions.join(' AND ')} THEN ${key} END`;
}

/**
 * Leaves `plain`, the matches, in `met`, every row of both sides: those that are not `same` are the judge's.
 * @param apart keys whose rows an analyst has taken apart.
 * @returns false where the engine may match nothing; `met` is empty then.
 */
export async function matchPlainly(
  tx: Transaction,
  sides: KeyedSides,
  rules: PlainRules,
  apart: readonly string[],
): Promise<boolean> {
  await dropPlain(tx);
  await tx.run(`CREATE TEMP TABLE met (${COLUMNS})`);
  await tx.run('CREATE TEMP VIEW plain AS SELECT * FROM temp.met WHERE same');
  if (rules.tolerance === null) return false;
  const { etrm, ledger, named } = sides;
  const key = named ? 'settlement_id' : 'key';
  const conditions = [...(await once(tx, sides))];
  await keepTexts(tx, 'etrm', etrm);
  await keepTexts(tx, 'ledger', ledger);
  const tolerance = engineTolerance(rules.tolerance);
  const parted: Parameter[] = apart.length === 0 ? [] : [JSON.stringify(apart)];
  if (apart.length > 0) conditions.push(`key NOT IN (SELECT unnest(json_extract_string(?::JSON, '$[*]')))`);
  const [kind, rest] = named ? ["ascii('i')", 'e.settlement_id'] : ['ascii(e.key)', 'e.key[2:]'];
  await tx.run(
    `INSERT INTO temp.met
     SELECT e_row, l_row, page, idx, import_no, line, delivery_start, kind, rest, etrm_h, ledger_h,
       CASE WHEN moved <> 0 THEN currency END, nullif(moved, 0),
       CASE WHEN same THEN ${saidOf('currency', 'nullif(moved, 0)::DECIMAL(38,12)')} END, same
     FROM (
       SELECT *, e_row IS NOT NULL AND l_row IS NOT NULL AND agree AND abs(moved) <= ?::DECIMAL(38,12) AS same
       FROM (
         SELECT e.row_no AS e_row, l.row_no AS l_row, e.page, e.idx, l.import_no, l.line, e.delivery_start,
           ${kind} AS kind, ${rest} AS rest, e.h AS etrm_h, l.h AS ledger_h, e.currency, e.amount_text, e.volume_text,
           ${SAME_FIXED} AND ${sameFigure('volume_text')} AND ${sameFigure('price_text')} AS agree, ${MOVED} AS moved
         FROM (
           SELECT row_no, page, idx, ${key}, ${meetingKey(key, conditions)} AS met_by, version,
             delivery_start, delivery_end, amount_text, volume_text, price_text, currency, hash(${TEXTS}, status) AS h
           FROM (${etrm.sql})) e
         FULL JOIN (
           SELECT row_no, import_no, line, ${key} AS met_by, version, delivery_start,
             delivery_end, amount_text, volume_text, price_text, hash(${TEXTS}) AS h
           FROM (${ledger.sql})) l ON l.met_by = e.met_by))`,
    [tolerance, ...parted, ...etrm.parameters, ...ledger.parameters],
  );
  await tx.settle?.();
  await partSeveral(tx, etrm);
  await makeSure(tx, sides, tolerance);
  await keepSameTexts(tx, rules.pending);
  return true;
}

/** A settlement that met more than one posting is no match: each is there once, so that it is there more often then. */
async function partSeveral(tx: Transaction, { sql, parameters }: Relation): Promise<void> {
  const there = await tx.row(
    `SELECT (SELECT count(e_row) FROM temp.met) - (SELECT count(*) FROM (${sql})) AS more`,
    parameters,
  );
  if (there?.int('more') === 0) return;
  await tx.run(
    `CREATE TEMP TABLE met_several AS
     SELECT e_row FROM temp.met WHERE e_row IS NOT NULL GROUP BY e_row HAVING count(*) > 1`,
  );
  await tx.run('UPDATE temp.met SET same = FALSE WHERE e_row IN (SELECT e_row FROM temp.met_several)');
}

/** By the figures themselves, where their texts did not tell. */
async function makeSure(tx: Transaction, { etrm, ledger }: KeyedSides, tolerance: string): Promise<void> {
  await tx.run('CREATE TEMP TABLE unsure AS SELECT * FROM temp.met WHERE same IS NULL');
  if (!(await tx.row('SELECT 1 AS found FROM temp.unsure LIMIT 1'))) return;
  await tx.run('DELETE FROM temp.met WHERE same IS NULL');
  await tx.run(
    `INSERT INTO temp.met
     SELECT * EXCLUDE (amount_text, volume_text, of_currency) REPLACE (
       CASE WHEN moved IS NOT NULL THEN of_currency END AS currency,
       CASE WHEN same THEN ${saidOf('of_currency', 'moved')} END AS said)
     FROM (
       SELECT u.* REPLACE (
           CASE WHEN l.amount <> e.amount THEN l.amount - e.amount END AS moved,
           coalesce(${NARROW} AND ${SAME_FIGURES}, FALSE) AS same),
         e.amount_text, e.volume_text, e.currency AS of_currency
       FROM temp.unsure u
       JOIN (${etrm.sql}) e ON e.row_no = u.e_row
       JOIN (${ledger.sql}) l ON l.row_no = u.l_row)`,
    [tolerance, tolerance, ...etrm.parameters, ...ledger.parameters],
  );
  await tx.settle?.();
}

/** Of what is the same, leaves so what agrees in its texts too. */
async function keepSameTexts(tx: Transaction, pending: readonly string[]): Promise<void> {
  // Two texts of one hash: nobody has seen any, and then all of it is the judge's.
  const unclear = await tx.row(
    `SELECT h FROM temp.etrm_texts GROUP BY h HAVING count(*) > 1
     UNION ALL SELECT h FROM temp.ledger_texts GROUP BY h HAVING count(*) > 1 LIMIT 1`,
  );
  if (unclear) {
    await tx.run('UPDATE temp.met SET same = FALSE');
    return;
  }
  await tx.run(
    `CREATE TEMP TABLE differing_texts AS
     SELECT p.etrm_h, p.ledger_h FROM (SELECT DISTINCT etrm_h, ledger_h FROM temp.plain) p
     JOIN temp.etrm_texts e ON e.h = p.etrm_h JOIN temp.ledger_texts l ON l.h = p.ledger_h
     WHERE (${SAME_TEXTS}) IS NOT TRUE`,
    [JSON.stringify(pending)],
  );
  if (!(await tx.row('SELECT 1 AS found FROM temp.differing_texts LIMIT 1'))) return;
  await tx.run(
    `UPDATE temp.met SET same = FALSE FROM temp.differing_texts d
     WHERE same AND met.etrm_h = d.etrm_h AND met.ledger_h = d.ledger_h`,
  );
}
