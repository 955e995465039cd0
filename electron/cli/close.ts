/** The close of a month, late restatements, and netting. */
import { readFile } from 'node:fs/promises';
import type { AdjustmentTotals, CloseStatus, GivenAdjustment, NettingRow } from '../../shared/close.ts';
import { grouped } from '../../shared/decimal.ts';
import { TieoutError } from '../../shared/errors.ts';
import { parseSettings } from '../close/settings.ts';
import { holidayCalendars } from '../netting/calendars.ts';
import { many } from './count-words.ts';
import { type CommonOptions, monthOption, type Session } from './session.ts';

export interface MonthOptions extends CommonOptions {
  readonly month: string;
}

export interface ReasonedOptions extends MonthOptions {
  readonly reason?: string;
}

const STATES: Readonly<Record<CloseStatus['state'], string>> = {
  open: 'is open',
  signed: 'is signed and waits for a reviewer',
  approved: 'is approved and locked',
  returned: 'was returned to its preparer',
  reopened: 'was reopened',
};

function totalsInWords(totals: readonly AdjustmentTotals[]): string {
  return totals
    .map(
      ({ currency, amount, settlements }) =>
        `${grouped(amount)} ${currency} of ${many(settlements, 'settlement')}`,
    )
    .join(', ');
}

function givenInWords(given: GivenAdjustment): string {
  const { month, toMonth, currency, amount, settlements, at, actor, reopenedSince } = given;
  const twice = reopenedSince ? `; ${month} was reopened since, and may have it too` : '';
  return `${month} -> ${toMonth}: ${grouped(amount)} ${currency} of ${many(settlements, 'settlement')} (${actor}, ${at})${twice}`;
}

function statusInWords(status: CloseStatus): string {
  const { binding } = status;
  const lines = [
    `${status.month} ${STATES[status.state]}; ${many(status.openBreaks, 'break')} without a decision`,
  ];
  for (const { act, at, actor, login, reason } of status.history)
    lines.push(
      `  ${at}  ${act} by ${actor}${login === actor ? '' : ` (login ${login})`}${reason === null ? '' : `: ${reason}`}`,
    );
  if (binding) {
    lines.push(`bound: recon ${binding.recon_sha256}, rules ${binding.rules_sha256}`);
    for (const run of binding.runs) lines.push(`  ${run.resource} run ${run.run_id} ${run.run_sha256}`);
    for (const file of binding.extracts) lines.push(`  extract ${file.file_name} ${file.file_sha256}`);
    lines.push(`  breaks ${binding.breaks_sha256}, audit head ${binding.audit_seq} ${binding.audit_head}`);
    lines.push(`binding ${status.bindingSha256}`);
  }
  for (const { part, signed, now } of status.moved)
    lines.push(`moved: ${part}: signed ${signed}, now ${now}`);
  for (const obstacle of status.obstacles) lines.push(`before it can be signed: ${obstacle}`);
  if (status.sameLogin)
    lines.push(
      'signed and approved under one login of the operating system: who they were is what they said',
    );
  if (status.waiting.length > 0)
    lines.push(`restated since, waiting for a month: ${totalsInWords(status.waiting)}`);
  for (const given of [...status.given, ...status.taken]) lines.push(`adjustment ${givenInWords(given)}`);
  return lines.join('\n');
}

function statusEvent(status: CloseStatus) {
  const given = ({ toMonth, reopenedSince, ...told }: GivenAdjustment) => ({
    ...{ ...told, to_month: toMonth, reopened_since: reopenedSince },
  });
  return {
    type: 'close',
    month: status.month,
    state: status.state,
    locked: status.locked,
    open_breaks: status.openBreaks,
    obstacles: status.obstacles,
    binding_sha256: status.bindingSha256,
    binding: status.binding,
    moved: status.moved,
    same_login: status.sameLogin,
    history: status.history.map(({ bindingSha256, ...act }) => ({ ...act, binding_sha256: bindingSha256 })),
    waiting: status.waiting,
    given: status.given.map(given),
    taken: status.taken.map(given),
  };
}

export async function closeStatusCommand(session: Session, options: MonthOptions): Promise<number> {
  const month = monthOption(options.month);
  const app = await session.app();
  const status = await app.closing.status(month);
  session.out.event(statusEvent(status), statusInWords(status));
  return 0;
}

export async function closeAct(
  session: Session,
  act: 'sign' | 'approve' | 'return' | 'reopen',
  options: ReasonedOptions,
): Promise<number> {
  const month = monthOption(options.month);
  const app = await session.app();
  const { bindingSha256, ...done } = await app.closing.act(month, act, options.reason ?? '');
  session.out.event(
    { type: 'close-act', month, ...done, binding_sha256: bindingSha256 },
    `${month} ${done.act} by ${done.actor}${bindingSha256 === null ? '' : `\nbinding ${bindingSha256}`}`,
  );
  return 0;
}

export interface AdjustmentOptions extends MonthOptions {
  readonly assignTo?: string;
}

/** Lists what waits; with `--assign-to` gives it, or the settlements that are named, to a later month. */
export async function closeAdjustments(
  session: Session,
  ids: readonly string[],
  options: AdjustmentOptions,
): Promise<number> {
  const month = monthOption(options.month);
  const toMonth = options.assignTo === undefined ? null : monthOption(options.assignTo);
  const app = await session.app();
  if (toMonth !== null) {
    const totals = await app.closing.give(month, toMonth, ids.length === 0 ? null : ids);
    session.out.event(
      { type: 'adjustments-assigned', month, to_month: toMonth, totals },
      `${totalsInWords(totals)} of ${month} go to ${toMonth}`,
    );
    return 0;
  }
  const adjustments = await app.closing.adjustments(month);
  for (const one of adjustments) {
    const { settlementId, tradeId, counterparty, currency, signedAmount, newestAmount, amount, source } = one;
    session.out.event(
      {
        ...{
          type: 'adjustment',
          month,
          settlement_id: settlementId,
          trade_id: tradeId,
          counterparty,
          currency,
        },
        ...{ signed_amount: signedAmount, newest_amount: newestAmount, amount, source },
      },
      `${settlementId}  ${counterparty ?? '-'}  signed ${signedAmount ?? '-'}  now ${newestAmount ?? '-'}  adjustment ${grouped(amount)} ${currency}  by ${source}`,
    );
  }
  const status = await app.closing.status(month);
  session.out.event(
    { type: 'adjustments', month, locked: status.locked, waiting: status.waiting },
    status.waiting.length > 0
      ? `waiting for a month: ${totalsInWords(status.waiting)}`
      : `no restatement of ${month} waits${status.locked ? '' : ': it is not locked'}`,
  );
  return 0;
}

/** Prints the settings as JSON; with a file, sets them. */
export async function closeSettingsCommand(session: Session, file: string | undefined): Promise<number> {
  const app = await session.app();
  if (file !== undefined) {
    const text = await readFile(file, 'utf8').catch((error: unknown) => {
      throw new TieoutError(
        'file-not-found',
        `The file ${file} cannot be read; name a file of settings.`,
        { path: file },
        { cause: error },
      );
    });
    const { sha256 } = await app.closing.setSettings(parseSettings(text, `The file ${file}`));
    session.out.event({ type: 'close-settings', sha256 }, `settings of the close set: ${sha256}`);
    return 0;
  }
  const { settings, sha256, changedAt, actor } = await app.closing.settings();
  if (session.out.options.json)
    session.out.event({ type: 'close-settings', sha256, changed_at: changedAt, actor, settings });
  else session.out.result(JSON.stringify(settings, null, 2));
  return 0;
}

function nettingInWords(row: NettingRow): string {
  const due = row.dueDate === null ? 'no due date' : `due ${row.dueDate} (${row.dueBy})`;
  const open =
    row.openBreaks > 0
      ? `; ${many(row.openBreaks, 'open break')} of ${grouped(row.openDifference)} first`
      : '';
  return `${row.counterparty}  ${row.agreement ?? '-'}  ${row.currency}  ${due}\n  ETRM    receive ${grouped(row.etrmReceivable)}  pay ${grouped(row.etrmPayable)}  net ${grouped(row.etrmNet)}  (${many(row.settlements, 'settlement')}, ${row.pending} pending)\n  ledger  receive ${grouped(row.ledgerReceivable)}  pay ${grouped(row.ledgerPayable)}  net ${grouped(row.ledgerNet)}  (${many(row.postings, 'posting')})\n  net difference ${grouped(row.netDifference)}${open}`;
}

export async function nettingCommand(
  session: Session,
  options: CommonOptions & { readonly month?: string },
): Promise<number> {
  if (options.month === undefined)
    throw new TieoutError(
      'usage',
      'Name the month with --month YYYY-MM, or list calendars with --calendars.',
    );
  const month = monthOption(options.month);
  const app = await session.app();
  for (const row of await app.closing.netting(month)) {
    session.out.event(
      {
        ...{
          type: 'netting',
          month,
          counterparty: row.counterparty,
          agreement: row.agreement,
          currency: row.currency,
        },
        ...{
          due_date: row.dueDate,
          due_by: row.dueBy,
          settlements: row.settlements,
          postings: row.postings,
          pending: row.pending,
        },
        ...{ etrm_receivable: row.etrmReceivable, etrm_payable: row.etrmPayable, etrm_net: row.etrmNet },
        ...{
          ledger_receivable: row.ledgerReceivable,
          ledger_payable: row.ledgerPayable,
          ledger_net: row.ledgerNet,
        },
        ...{
          net_difference: row.netDifference,
          open_breaks: row.openBreaks,
          open_difference: row.openDifference,
        },
      },
      nettingInWords(row),
    );
  }
  return 0;
}

/** The calendars of business days, with where each comes from. */
export async function nettingCalendars(session: Session, year: string | undefined): Promise<number> {
  for (const { id, title, source, note, from, to, holidays } of holidayCalendars()) {
    const days = holidays.filter(({ date }) => year === undefined || date.startsWith(`${year}-`));
    session.out.event(
      { type: 'calendar', id, title, source, note, from, to, holidays: days },
      [
        `${id}  ${title}, ${from} to ${to}`,
        source,
        note,
        ...days.map(({ date, name }) => `  ${date}  ${name}`),
      ].join('\n'),
    );
  }
  return 0;
}
