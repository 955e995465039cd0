/**
 * Gross and net of a month by counterparty, agreement, currency and due date, of the ETRM and of the ledger, from its
 * newest reconciliation. A net break is one only when the gross below it is explained: open breaks stand beside each net.
 */
import type { NettingRow } from '../../shared/close.ts';
import {
  add,
  compare,
  type Decimal,
  decimal,
  multiply,
  normalise,
  subtract,
  ZERO,
} from '../../shared/decimal.ts';
import { TieoutError } from '../../shared/errors.ts';
import { breakTableSql } from '../breaks/break-table.ts';
import { differenceByCurrency } from '../breaks/difference-by-currency.ts';
import { currentSettings } from '../close/settings.ts';
import { knownSettlements } from '../dead-letters/known-settlements.ts';
import { COMPOSITE, LEDGER_KEY } from '../recon/keyed-sides.ts';
import { SETTLEMENT_CONTENT } from '../recon/staging.ts';
import type { Reader } from '../workspace/transaction.ts';
import { DueDates } from './business-days.ts';

interface Sums {
  counterparty: string;
  agreement: string | null;
  currency: string;
  dueDate: string | null;
  dueBy: string;
  settlements: number;
  postings: number;
  etrmReceivable: Decimal;
  etrmPayable: Decimal;
  ledgerReceivable: Decimal;
  ledgerPayable: Decimal;
  openBreaks: number;
  openDifference: Decimal;
  pending: number;
}

/** Nothing of who a posting is with. */
const NOBODY = '(not named)';

const PARTY = `{'counterparty': counterparty, 'agreement': agreement, 'commodity': commodity, 'due_date': due_date}`;

/**
 * Who settlements are with and when they are due, to be met by a posting or a break: by id, by what a posting describes, and
 * by trade. Void settlements are no cash, but name parties. A trade whose settlements are due on several days has no day.
 */
const PARTIES = `
  by_id AS (SELECT settlement_id, ${PARTY} AS party FROM current),
  by_key AS (SELECT ${COMPOSITE} AS key, arg_min(${PARTY}, settlement_id) AS party FROM current GROUP BY ALL),
  by_trade AS (
    SELECT trade_id, {'counterparty': min(counterparty), 'agreement': min(agreement), 'commodity': min(commodity),
      'due_date': CASE WHEN count(DISTINCT coalesce(due_date, '')) = 1 THEN min(due_date) END} AS party
    FROM current GROUP BY trade_id)`;

interface PostedShape {
  /** A condition on the rows of the extracts. */
  readonly where: string;
  /** Newer versions replace older ones. */
  readonly replaced: boolean;
  /** Some postings describe their settlement and do not name it. */
  readonly described: boolean;
}

/** The live postings of the extracts, bound as a JSON list, each with its party as a whole, and the day that it says itself. */
function postedSql({ where, replaced, described }: PostedShape): string {
  const isOlder = 'coalesce(l.version, 0) < max(coalesce(l.version, 0)) OVER (PARTITION BY l.key)';
  return `posted AS (
    SELECT l.import_id, l.line, l.currency, l.amount_text, l.due_date AS own_date, ${replaced ? isOlder : 'FALSE'} AS is_older,
      coalesce(p.party, ${described ? 'k.party, ' : ''}t.party, l.party) AS party
    FROM (
      SELECT *, ${replaced || described ? LEDGER_KEY : 'NULL'} AS key, ${PARTY} AS party FROM ledger_row
      WHERE list_contains(json_extract_string(?::JSON, '$[*]'), import_id) AND (status IS NULL OR status <> 'VOID')
        AND ${where}) l
    LEFT JOIN by_id p ON p.settlement_id = l.settlement_id
    ${described ? 'LEFT JOIN by_key k ON l.settlement_id IS NULL AND k.key = l.key' : ''}
    LEFT JOIN by_trade t ON p.settlement_id IS NULL AND ${described ? 'k.key IS NULL AND ' : ''}t.trade_id = l.trade_id)`;
}

/** Placeholders by number, from a first one on. */
function numbered(sql: string, first: number): string {
  let next = first - 1;
  return sql.replaceAll('?', () => {
    next += 1;
    return `$${next}`;
  });
}

/** @throws TieoutError `nothing-to-do` where the month was not reconciled yet. */
export async function nettingOf(reader: Reader, month: string): Promise<readonly NettingRow[]> {
  const recon = await reader.row('SELECT * FROM recon WHERE month = ? ORDER BY seq DESC LIMIT 1', [month]);
  if (!recon) {
    throw new TieoutError(
      'nothing-to-do',
      `${month} was not reconciled yet, so its gross is not known; reconcile it first.`,
      { month },
    );
  }
  const { settings } = await currentSettings(reader);
  const due = new DueDates(settings);
  const sets = new Map<string, Sums>();
  const setOf = (
    counterparty: string | null,
    agreement: string | null,
    commodity: string | null,
    currency: string,
    ownDate: string | null,
  ): Sums => {
    const who = counterparty ?? NOBODY;
    const worked =
      ownDate === null
        ? due.of({ month, counterparty: who, agreement, commodity })
        : { date: ownDate, by: 'record' };
    const key = [who, agreement ?? '', currency, worked.date ?? ''].join('\n');
    let sums = sets.get(key);
    if (!sums) {
      sums = {
        ...{ counterparty: who, agreement, currency, dueDate: worked.date, dueBy: worked.by },
        ...{ settlements: 0, postings: 0, openBreaks: 0, pending: 0, openDifference: ZERO },
        ...{ etrmReceivable: ZERO, etrmPayable: ZERO, ledgerReceivable: ZERO, ledgerPayable: ZERO },
      };
      sets.set(key, sums);
    }
    return sums;
  };

  const known = await knownSettlements(reader, recon.text('run_id'), recon.int('seq'));
  const current = `current AS (
    SELECT * FROM (${known.sql})
    QUALIFY row_number() OVER (PARTITION BY settlement_id ORDER BY version DESC, ${SETTLEMENT_CONTENT}, page, idx) = 1)`;
  // Only by rules of a cumulative ledger are postings replaced by newer ones, which then are in no total.
  const replaced = await reader.row(
    `SELECT 1 AS found FROM recon_judged WHERE recon_id = ? AND json_exists(evidence, '$.superseded') LIMIT 1`,
    [recon.text('recon_id')],
  );
  const described = await reader.row(
    `SELECT 1 AS found FROM ledger_row
     WHERE list_contains(json_extract_string(?::JSON, '$[*]'), import_id) AND settlement_id IS NULL LIMIT 1`,
    [recon.text('import_ids')],
  );
  const shape = { where: 'TRUE', replaced: replaced !== null, described: described !== null };
  // Equal amounts are one row: a million hours have far fewer.
  const settlements = await reader.rows(
    `WITH ${current}
     SELECT counterparty, agreement, commodity, currency, due_date, amount_text, count(*) AS n,
       count(*) FILTER (status IN ('ESTIMATED', 'DISPUTED')) AS pending
     FROM current WHERE status <> 'VOID' GROUP BY ALL ORDER BY ALL`,
    known.parameters,
  );
  for (const row of settlements) {
    const sums = setOf(
      row.textOrNull('counterparty'),
      row.textOrNull('agreement'),
      row.textOrNull('commodity'),
      row.text('currency'),
      row.textOrNull('due_date'),
    );
    const n = row.int('n');
    const amount = multiply(row.decimal('amount_text'), decimal(String(n)));
    sums.settlements += n;
    sums.pending += row.int('pending');
    if (compare(amount, ZERO) >= 0) sums.etrmReceivable = add(sums.etrmReceivable, amount);
    else sums.etrmPayable = add(sums.etrmPayable, amount);
  }

  const postings = await reader.rows(
    `WITH ${current}, ${PARTIES}, ${postedSql(shape)}
     SELECT party.counterparty AS counterparty, party.agreement AS agreement, party.commodity AS commodity, currency,
       coalesce(party.due_date, own_date) AS due_date, amount_text, count(*) AS n
     FROM posted WHERE NOT is_older GROUP BY ALL ORDER BY ALL`,
    [...known.parameters, recon.text('import_ids')],
  );
  for (const row of postings) {
    const sums = setOf(
      row.textOrNull('counterparty'),
      row.textOrNull('agreement'),
      row.textOrNull('commodity'),
      row.text('currency'),
      row.textOrNull('due_date'),
    );
    const n = row.int('n');
    const amount = multiply(row.decimal('amount_text'), decimal(String(n)));
    sums.postings += n;
    if (compare(amount, ZERO) >= 0) sums.ledgerReceivable = add(sums.ledgerReceivable, amount);
    else sums.ledgerPayable = add(sums.ledgerPayable, amount);
  }

  const ofBreaks = {
    ...{ ...shape, replaced: false },
    where: `{'import_id': import_id, 'line': line} IN (SELECT place FROM first_posting)`,
  };
  const breaks = await reader.rows(
    `WITH first_posting AS (
       SELECT break_id, arg_min({'import_id': import_id, 'line': ledger_line}, position) AS place
       FROM recon_judged WHERE recon_id = $3 AND break_id IS NOT NULL AND import_id IS NOT NULL GROUP BY break_id),
     ${numbered(`${current}, ${PARTIES}, ${postedSql(ofBreaks)}`, 4)}, b AS (${breakTableSql('run')})
     SELECT coalesce(p.party, l.party).counterparty AS counterparty, coalesce(p.party, l.party).agreement AS agreement,
       coalesce(p.party, l.party).commodity AS commodity, b.currency,
       coalesce(coalesce(p.party, l.party).due_date, CASE WHEN p.party IS NULL THEN l.own_date END) AS due_date, b.difference, b.apart
     FROM b LEFT JOIN by_id p ON p.settlement_id = b.settlement_id
     LEFT JOIN first_posting f ON f.break_id = b.break_id
     LEFT JOIN posted l ON l.import_id = f.place.import_id AND l.line = f.place.line
     WHERE b.state = 'open'`,
    [month, '1970-01-01', recon.text('recon_id'), ...known.parameters, recon.text('import_ids')],
  );
  for (const row of breaks) {
    // One between currencies stands beside the net of each.
    for (const [currency, amount] of differenceByCurrency(row)) {
      const sums = setOf(
        row.textOrNull('counterparty'),
        row.textOrNull('agreement'),
        row.textOrNull('commodity'),
        currency,
        row.textOrNull('due_date'),
      );
      sums.openBreaks += 1;
      sums.openDifference = add(sums.openDifference, amount);
    }
  }
  return [...sets.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, sums]) => rowOf(sums));
}

function rowOf(sums: Sums): NettingRow {
  const etrmNet = add(sums.etrmReceivable, sums.etrmPayable);
  const ledgerNet = add(sums.ledgerReceivable, sums.ledgerPayable);
  return {
    ...sums,
    etrmReceivable: normalise(sums.etrmReceivable),
    etrmPayable: normalise(sums.etrmPayable),
    ledgerReceivable: normalise(sums.ledgerReceivable),
    ledgerPayable: normalise(sums.ledgerPayable),
    openDifference: normalise(sums.openDifference),
    etrmNet: normalise(etrmNet),
    ledgerNet: normalise(ledgerNet),
    netDifference: normalise(subtract(ledgerNet, etrmNet)),
  };
}
