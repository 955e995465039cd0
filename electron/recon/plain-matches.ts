/**
 * What the engine matches by itself: one row on each side under a key, nothing that differs, the amounts within the
 * tolerance. It is an optimisation of the judge and never says what the judge would not: what it leaves goes there.
 *
 * Texts of few values (units, names, currencies) are not carried through the join but their hash is; afterwards each pair
 * of hashes that met is looked at once, by the texts themselves.
 */
import type { Decimal } from '../../shared/decimal.ts';
import type { Relation } from '../dead-letters/known-settlements.ts';
import type { Parameter, Transaction } from '../workspace/database.ts';
import type { KeyedSides } from './keyed-sides.ts';

const TABLES = [
  'etrm_repeated',
  'ledger_repeated',
  'etrm_texts',
  'ledger_texts',
  'differing_texts',
  'plain',
] as const;

export async function dropPlain(tx: Transaction): Promise<void> {
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
const NARROW = `amount IS NOT NULL AND (volume IS NOT NULL OR volume_text IS NULL) AND (price IS NOT NULL OR price_text IS NULL)`;

const SAME_FIGURES = [
  ...['version', 'delivery_start', 'delivery_end', 'volume', 'price'].map(
    (field) => `(l.${field} IS NULL OR l.${field} = e.${field})`,
  ),
  'l.amount <= e.amount + ?::DECIMAL(38,12)',
  'l.amount >= e.amount - ?::DECIMAL(38,12)',
].join(' AND ');

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

/** Of `plain`: where both rows lie, in which order the match is shown, what is held against each other by hash, what the
 * amounts differ by, and what is hashed of the match: its key with the length before it, and its figures. */
const COLUMNS = `e_row BIGINT, l_row BIGINT, page BIGINT, idx BIGINT, import_no INTEGER, line BIGINT, delivery_start TIMESTAMP,
  kind VARCHAR, rest VARCHAR, etrm_h UBIGINT, ledger_h UBIGINT, currency VARCHAR, moved DECIMAL(38,12), said VARCHAR`;

/** Hashes of the keys under which more than one row of a side came. @returns whether there are any. */
async function findRepeated(
  tx: Transaction,
  side: 'etrm' | 'ledger',
  { sql, parameters }: Relation,
  key: string,
): Promise<boolean> {
  await tx.run(
    `CREATE TEMP TABLE ${side}_repeated AS
     SELECT hash(${key}) AS h FROM (${sql}) GROUP BY h HAVING count(*) > 1`,
    parameters,
  );
  return (await tx.row(`SELECT 1 AS found FROM temp.${side}_repeated LIMIT 1`)) !== null;
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

/** Rows whose key no other row of their side has. */
async function once(
  tx: Transaction,
  side: 'etrm' | 'ledger',
  { etrm, ledger, named }: KeyedSides,
  key: string,
): Promise<string> {
  const relation = side === 'etrm' ? etrm : ledger;
  // Ids that came once are counted already where the keys are these.
  const ids = named && side === 'etrm';
  if (ids && !(await tx.row('SELECT 1 AS found FROM temp.repeated_id LIMIT 1'))) return 'TRUE';
  const among: Relation = ids
    ? {
        sql: `SELECT * FROM (${relation.sql}) WHERE hash(${key}) IN (SELECT h FROM temp.repeated_id)`,
        parameters: relation.parameters,
      }
    : relation;
  const repeated = await findRepeated(tx, side, among, key);
  return repeated ? `hash(${key}) NOT IN (SELECT h FROM temp.${side}_repeated)` : 'TRUE';
}

/**
 * Leaves `plain`.
 * @param apart keys whose rows an analyst has taken apart.
 */
export async function matchPlainly(
  tx: Transaction,
  sides: KeyedSides,
  rules: PlainRules,
  apart: readonly string[],
): Promise<void> {
  await dropPlain(tx);
  await tx.run(`CREATE TEMP TABLE plain (${COLUMNS})`);
  if (rules.tolerance === null) return;
  const { etrm, ledger, named } = sides;
  const key = named ? 'settlement_id' : 'key';
  const etrmOnce = await once(tx, 'etrm', sides, key);
  const ledgerOnce = await once(tx, 'ledger', sides, key);
  await keepTexts(tx, 'etrm', etrm);
  await keepTexts(tx, 'ledger', ledger);
  const tolerance = engineTolerance(rules.tolerance);
  const parted: Parameter[] = apart.length === 0 ? [] : [JSON.stringify(apart)];
  const together =
    apart.length === 0 ? '' : ` AND key NOT IN (SELECT unnest(json_extract_string(?::JSON, '$[*]')))`;
  const [kind, rest] = named ? [`'i'`, 'e.settlement_id'] : ['e.key[1]', 'e.key[2:]'];
  await tx.run(
    `INSERT INTO temp.plain
     SELECT e.row_no, l.row_no, e.page, e.idx, l.import_no, l.line, e.delivery_start, ${kind}, ${rest}, e.h, l.h,
       e.currency, CASE WHEN l.amount = e.amount THEN NULL ELSE l.amount - e.amount END,
       concat(${kind}, strlen(${rest}), ':', ${rest}, ' ', e.amount_text, ' ', e.volume_text, ' ', e.currency,
         CASE WHEN l.amount = e.amount THEN '' ELSE ' ' || (l.amount - e.amount)::VARCHAR END)
     FROM (
       SELECT row_no, page, idx, ${key}, version, delivery_start, delivery_end, volume, price, amount, amount_text,
         volume_text, currency, hash(${TEXTS}, status) AS h
       FROM (${etrm.sql}) WHERE ${etrmOnce}${together}) e
     JOIN (
       SELECT row_no, import_no, line, ${key}, version, delivery_start, delivery_end, volume, price, amount,
         hash(${TEXTS}) AS h
       FROM (${ledger.sql}) WHERE ${ledgerOnce} AND ${NARROW}) l
       ON l.${key} = e.${key}
     WHERE ${SAME_FIGURES}`,
    [...etrm.parameters, ...parted, ...ledger.parameters, tolerance, tolerance],
  );
  await tx.settle?.();
  await keepSameTexts(tx, rules.pending);
}

/** Of `plain`, what agrees in its texts too. */
async function keepSameTexts(tx: Transaction, pending: readonly string[]): Promise<void> {
  // Two texts of one hash: nobody has seen any, and then all of it is the judge's.
  const unclear = await tx.row(
    `SELECT h FROM temp.etrm_texts GROUP BY h HAVING count(*) > 1
     UNION ALL SELECT h FROM temp.ledger_texts GROUP BY h HAVING count(*) > 1 LIMIT 1`,
  );
  if (unclear) {
    await tx.run('DELETE FROM temp.plain');
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
    `DELETE FROM temp.plain USING temp.differing_texts d
     WHERE plain.etrm_h = d.etrm_h AND plain.ledger_h = d.ledger_h`,
  );
}
