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
import { currentSettings } from '../close/settings.ts';
import { knownSettlements } from '../dead-letters/known-settlements.ts';
import type { Reader } from '../workspace/database.ts';
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

/** The parties of a settlement, to be met by a posting or a break. Void settlements are no cash, but name parties. */
const PARTIES = `
  SELECT settlement_id, min(trade_id) AS trade_id, min(counterparty) AS counterparty,
    min(agreement) AS agreement, min(commodity) AS commodity, min(due_date) AS due_date
  FROM current GROUP BY settlement_id`;

const BY_TRADE = `
  SELECT trade_id, min(counterparty) AS counterparty, min(agreement) AS agreement,
    min(commodity) AS commodity, min(due_date) AS due_date
  FROM current GROUP BY trade_id`;

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
    QUALIFY row_number() OVER (PARTITION BY settlement_id ORDER BY version DESC, page, idx) = 1)`;
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

  // Who a posting is with says the settlement that it is of; its own columns where there is none.
  const postings = await reader.rows(
    `WITH ${current}, by_id AS (${PARTIES}), by_trade AS (${BY_TRADE})
     SELECT coalesce(p.counterparty, t.counterparty, l.counterparty) AS counterparty,
       coalesce(p.agreement, t.agreement, l.agreement) AS agreement, coalesce(p.commodity, t.commodity, l.commodity) AS commodity,
       l.currency, coalesce(p.due_date, t.due_date, l.due_date) AS due_date, l.amount_text, count(*) AS n
     FROM ledger_row l
     LEFT JOIN by_id p ON p.settlement_id = l.settlement_id
     LEFT JOIN by_trade t ON p.settlement_id IS NULL AND t.trade_id = l.trade_id
     WHERE list_contains(json_extract_string(?::JSON, '$[*]'), l.import_id) AND (l.status IS NULL OR l.status <> 'VOID')
     GROUP BY ALL ORDER BY ALL`,
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

  const breaks = await reader.rows(
    `WITH ${numbered(current, 3)}, by_id AS (${PARTIES}), by_trade AS (${BY_TRADE}), b AS (${breakTableSql('run')})
     SELECT coalesce(p.counterparty, t.counterparty, b.counterparty) AS counterparty, coalesce(p.agreement, t.agreement) AS agreement,
       coalesce(p.commodity, t.commodity) AS commodity, b.currency, coalesce(p.due_date, t.due_date) AS due_date, b.difference
     FROM b LEFT JOIN by_id p ON p.settlement_id = b.settlement_id
     LEFT JOIN by_trade t ON p.settlement_id IS NULL AND t.trade_id = b.trade_id
     WHERE b.state = 'open'`,
    [month, '1970-01-01', ...known.parameters],
  );
  for (const row of breaks) {
    const sums = setOf(
      row.textOrNull('counterparty'),
      row.textOrNull('agreement'),
      row.textOrNull('commodity'),
      row.text('currency'),
      row.textOrNull('due_date'),
    );
    sums.openBreaks += 1;
    sums.openDifference = add(sums.openDifference, row.decimal('difference'));
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
