/**
 * Control totals of a reconciliation from the stored rows alone, by plain SQL that shares nothing with the matching: that
 * every row is in one item, that the totals are those of the rows, that items, steps and breaks come to the same, and what
 * plain cases are. What an engine that is wrong would say twice alike shows here.
 */
import { add, compare, type Decimal, decimal, isZero, subtract, sum, ZERO } from '../../shared/decimal.ts';
import { WATERFALL_STEPS } from '../../shared/recon.ts';
import type { Row } from '../workspace/row.ts';
import type { Transaction } from '../workspace/transaction.ts';
import type { Findings } from './findings.ts';
import { type ControlBasis, checkPlain, isPlain } from './plain-cases.ts';

const TABLES = ['control_etrm', 'control_ledger', 'control_item'] as const;

async function drop(tx: Transaction): Promise<void> {
  for (const table of TABLES) await tx.run(`DROP TABLE IF EXISTS temp.${table}`);
}

/**
 * The rows that count, narrow: settlements at their highest version as they were known then, postings that are not void,
 * whether each is the only one of its settlement; and the items.
 */
async function stage(tx: Transaction, { recon, importIds }: ControlBasis): Promise<void> {
  await drop(tx);
  await tx.run(
    `CREATE TEMP TABLE control_etrm AS
     WITH known AS (
       SELECT page, idx, settlement_id, version, currency, amount, status FROM settlement s
       ANTI JOIN (SELECT page, idx FROM dead_letter_event WHERE run_id = $1 AND act = 'retried' AND seq > $2) d
         USING (page, idx)
       WHERE run_id = $1),
     repeated AS (
       SELECT settlement_id, max(version) AS version, count(*) AS rows FROM known GROUP BY settlement_id HAVING count(*) > 1)
     SELECT k.* EXCLUDE (version), r.rows IS NULL AS alone
     FROM known k LEFT JOIN repeated r ON r.settlement_id = k.settlement_id
     WHERE r.version IS NULL OR k.version = r.version`,
    [recon.text('run_id'), recon.int('seq')],
  );
  await tx.run(
    `CREATE TEMP TABLE control_ledger AS
     WITH live AS (
       SELECT import_id, line, settlement_id, currency, amount FROM ledger_row
       WHERE status IS DISTINCT FROM 'VOID' AND import_id IN (SELECT unnest(from_json(?::JSON, '["VARCHAR"]')))),
     several AS (SELECT settlement_id FROM live WHERE settlement_id IS NOT NULL GROUP BY 1 HAVING count(*) > 1)
     SELECT l.*, l.settlement_id IS NOT NULL AND s.settlement_id IS NULL AS alone
     FROM live l LEFT JOIN several s ON s.settlement_id = l.settlement_id`,
    [JSON.stringify(importIds)],
  );
  await tx.run(
    `CREATE TEMP TABLE control_item AS
     SELECT etrm_page AS page, etrm_idx AS idx, import_id, ledger_line AS line, 1 AS etrm_rows, 1 AS ledger_rows,
       'matched' AS state, NULL::VARCHAR AS category FROM recon_plain WHERE recon_id = $1
     UNION ALL
     SELECT etrm_page, etrm_idx, import_id, ledger_line, etrm_rows, ledger_rows, state, category
     FROM recon_judged WHERE recon_id = $1`,
    [recon.text('recon_id')],
  );
}

function totalsOf(row: Row, name: string): Readonly<Record<string, Decimal>> {
  const value = row.json(name);
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return Object.fromEntries(entries.map(([currency, amount]) => [currency, decimal(String(amount))]));
}

/** Each row is in one item. */
async function checkRows(tx: Transaction, { month }: ControlBasis, findings: Findings): Promise<void> {
  const row = await tx.row(
    `SELECT (SELECT count(*) FROM temp.control_etrm) AS etrm, (SELECT count(*) FROM temp.control_ledger) AS ledger,
       coalesce(sum(etrm_rows), 0)::BIGINT AS in_etrm, coalesce(sum(ledger_rows), 0)::BIGINT AS in_ledger,
       (SELECT count(*) FROM (
         SELECT 1 FROM temp.control_item WHERE page IS NOT NULL GROUP BY page, idx HAVING count(*) > 1)) AS twice,
       (SELECT count(*) FROM (
         SELECT 1 FROM temp.control_item WHERE line IS NOT NULL GROUP BY import_id, line HAVING count(*) > 1)) AS ledger_twice
     FROM temp.control_item`,
  );
  findings.expect(
    'recon',
    `${month} settlements in its items`,
    row?.int('etrm') ?? 0,
    row?.int('in_etrm') ?? 0,
  );
  findings.expect(
    'recon',
    `${month} postings in its items`,
    row?.int('ledger') ?? 0,
    row?.int('in_ledger') ?? 0,
  );
  findings.expect('recon', `${month} settlements in two items`, 0, row?.int('twice') ?? 0);
  findings.expect('recon', `${month} postings in two items`, 0, row?.int('ledger_twice') ?? 0);
}

/** Counts by state and category as they were told. */
async function checkCounts(
  tx: Transaction,
  { month, recon }: ControlBasis,
  findings: Findings,
): Promise<void> {
  const rows = await tx.rows(
    `SELECT state, category, count(*) AS n FROM recon_judged WHERE recon_id = $1 GROUP BY ALL
     UNION ALL SELECT 'matched', NULL, count(*) FROM recon_plain WHERE recon_id = $1`,
    [recon.text('recon_id')],
  );
  const of = (state: string): number =>
    rows.filter((row) => row.text('state') === state).reduce((n, row) => n + row.int('n'), 0);
  for (const [name, state] of [
    ['matched', 'matched'],
    ['breaks', 'break'],
    ['pending', 'pending'],
    ['suggested', 'suggested'],
  ] as const)
    findings.expect('recon', `${month} items that are ${name}`, of(state), recon.intOrNull(name) ?? 0);
  const told = recon.json('by_category');
  const categories = typeof told === 'object' && told !== null ? Object.entries(told) : [];
  const counted = rows.filter((row) => row.text('state') === 'break');
  const shown = (entries: readonly (readonly [string, unknown])[]): string =>
    entries
      .map(([name, n]) => `${name} ${n}`)
      .sort()
      .join(', ');
  findings.expect(
    'recon',
    `${month} items by category`,
    shown(counted.map((row) => [row.textOrNull('category') ?? '-', row.int('n')])),
    shown(categories),
  );
}

/** Where no figure is beyond the engine's and no settlement came twice, totals are those of the rows. */
async function checkTotals(tx: Transaction, basis: ControlBasis, findings: Findings): Promise<void> {
  const { month, recon, rules } = basis;
  for (const [side, counted] of [
    ['etrm', `status <> 'VOID'`],
    ['ledger', 'TRUE'],
  ] as const) {
    // In a cumulative ledger the replaced postings are in no total.
    if (side === 'ledger' && rules.ledger === 'cumulative') continue;
    const again =
      side === 'etrm'
        ? `OR settlement_id IN (SELECT settlement_id FROM temp.control_etrm GROUP BY 1 HAVING count(*) > 1)`
        : '';
    const rows = await tx.rows(
      `SELECT currency, sum(amount)::VARCHAR AS total, bool_or(amount IS NULL ${again}) AS open
       FROM temp.control_${side} WHERE ${counted} GROUP BY currency ORDER BY currency`,
    );
    const told = totalsOf(recon, `${side}_total`);
    for (const row of rows) {
      if (row.bool('open')) continue;
      const currency = row.text('currency');
      const [ours, theirs] = [row.decimal('total'), told[currency] ?? ZERO];
      if (compare(ours, theirs) !== 0)
        findings.expect('recon', `${month} ${side} rows in ${currency}`, ours, theirs);
    }
  }
}

async function stepsOf(tx: Transaction, { recon }: ControlBasis): Promise<readonly Row[]> {
  return tx.rows('SELECT currency, step, amount FROM recon_waterfall WHERE recon_id = ?', [
    recon.text('recon_id'),
  ]);
}

/** The steps lead from total to total. */
async function checkSteps(tx: Transaction, basis: ControlBasis, findings: Findings): Promise<void> {
  const { month, recon } = basis;
  const steps = await stepsOf(tx, basis);
  const misplaced = await tx.row(
    `SELECT count(*) AS n FROM (
       SELECT place, row_number() OVER (PARTITION BY currency ORDER BY place) - 1 AS nth FROM recon_waterfall WHERE recon_id = ?)
     WHERE place <> nth`,
    [recon.text('recon_id')],
  );
  findings.expect('recon', `${month} steps out of their places`, 0, misplaced?.int('n') ?? 0);
  const stepOf = (currency: string, step: string): Decimal => amountOf(steps, currency, step);
  for (const currency of new Set(steps.map((row) => row.text('currency')))) {
    for (const [step, side] of [
      ['ETRM', 'etrm_total'],
      ['LEDGER', 'ledger_total'],
    ] as const) {
      const total = totalsOf(recon, side)[currency] ?? ZERO;
      if (compare(total, stepOf(currency, step)) !== 0)
        findings.expect('recon', `${month} step ${step} in ${currency}`, total, stepOf(currency, step));
    }
    const moved = WATERFALL_STEPS.filter((step) => step !== 'LEDGER').map((step) => stepOf(currency, step));
    const left = subtract(stepOf(currency, 'LEDGER'), sum(moved));
    if (!isZero(left)) findings.expect('recon', `${month} steps in ${currency}, what is left`, '0', left);
  }
}

function amountOf(steps: readonly Row[], currency: string, step: string): Decimal {
  return (
    steps.find((row) => row.text('currency') === currency && row.text('step') === step)?.decimal('amount') ??
    ZERO
  );
}

/** Steps of a whole kind are the differences of their items. */
async function checkStepSums(tx: Transaction, basis: ControlBasis, findings: Findings): Promise<void> {
  const { month, recon, rules } = basis;
  const steps = await stepsOf(tx, basis);
  // A rate puts a part of an item into another currency.
  if (rules.fx.length > 0 || steps.length === 0) return;
  const differences = await tx.rows(
    `SELECT currency, CASE WHEN state = 'matched' THEN 'MATCHED' WHEN state = 'suggested' THEN 'SUGGESTED' ELSE category END AS step,
       difference, count(*) AS n
     FROM recon_item WHERE recon_id = ? AND difference <> '0' AND json_extract(evidence, '$.currencies') IS NULL
       AND (state IN ('matched', 'suggested') OR category IN ('MISSING_IN_LEDGER', 'MISSING_IN_ETRM', 'QUARANTINED', 'DUPLICATE', 'DELIVERY_WINDOW', 'PERIOD'))
     GROUP BY ALL`,
    [recon.text('recon_id')],
  );
  const sums = new Map<string, Decimal>();
  for (const row of differences) {
    const key = `${row.text('currency')} ${row.text('step')}`;
    let total = sums.get(key) ?? ZERO;
    for (let n = row.int('n'); n > 0; n -= 1) total = add(total, row.decimal('difference'));
    sums.set(key, total);
  }
  for (const [key, total] of sums) {
    const [currency = '', step = ''] = key.split(' ');
    // What came twice and meets two keys is in two items, and moves the total once.
    if (step === 'DUPLICATE') continue;
    const told = amountOf(steps, currency, step);
    if (compare(total, told) !== 0)
      findings.expect('recon', `${month} items of the step ${step} in ${currency}`, total, told);
  }
}

/** Each item differs by what its sides differ by, and a break's parts come to it. */
async function checkDifferences(
  tx: Transaction,
  { month, recon }: ControlBasis,
  findings: Findings,
): Promise<void> {
  // Figures that the engine's DECIMAL cannot hold exactly are the judge's alone.
  const exact = (text: string): string =>
    `CASE WHEN regexp_full_match(${text}, '-?[0-9]{1,17}([.][0-9]{1,12})?') THEN ${text}::DECIMAL(38,12) END`;
  const item = await tx.row(
    `SELECT count(*) AS n, min(key) AS first FROM recon_judged WHERE recon_id = ?
       AND ${exact('difference')} <> ${exact(`coalesce(ledger_amount, '0')`)} - ${exact(`coalesce(etrm_amount, '0')`)}`,
    [recon.text('recon_id')],
  );
  findings.expect('recon', `${month} items with another difference than their sides`, 0, item?.int('n') ?? 0);
  const part = (name: string): string =>
    exact(`coalesce(json_extract_string(detail, '$.explained.${name}'), '0')`);
  const parts = await tx.row(
    `SELECT count(*) AS n FROM recon_break WHERE recon_id = ?
       AND ${exact(`json_extract_string(detail, '$.difference')`)} <>
         ${part('volume')} + ${part('price')} + ${part('fx')} + ${part('rounding')}`,
    [recon.text('recon_id')],
  );
  findings.expect('recon', `${month} breaks whose parts are not their difference`, 0, parts?.int('n') ?? 0);
}

/** What is told of one that others came after too: its counts, and the way from total to total. */
export async function checkStoredControls(
  tx: Transaction,
  basis: ControlBasis,
  findings: Findings,
): Promise<void> {
  await checkCounts(tx, basis, findings);
  await checkSteps(tx, basis, findings);
}

/** Tells of everything in which the kept reconciliation is not what its rows come to. */
export async function checkControls(tx: Transaction, basis: ControlBasis, findings: Findings): Promise<void> {
  await stage(tx, basis);
  await checkRows(tx, basis, findings);
  await checkStoredControls(tx, basis, findings);
  await checkTotals(tx, basis, findings);
  await checkStepSums(tx, basis, findings);
  await checkDifferences(tx, basis, findings);
  if (isPlain(basis.rules)) await checkPlain(tx, basis, findings);
  await drop(tx);
}
