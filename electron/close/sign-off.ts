/** A month signed, approved, returned and reopened: each an event that binds what it is about. */
import type { CloseAct, CloseState } from '../../shared/close.ts';
import { TieoutError } from '../../shared/errors.ts';
import type { Month } from '../../shared/month.ts';
import { isoTime } from '../clock.ts';
import { type AuditPayload, appendAudit } from '../workspace/audit-chain.ts';
import type { Row } from '../workspace/row.ts';
import type { Reader, Transaction } from '../workspace/transaction.ts';
import { bindingNow, movedSince, parseBinding } from './binding.ts';
import { signObstacles } from './obstacles.ts';
import type { CloseParts } from './parts.ts';
import { assertRight, currentSettings } from './settings.ts';

export interface Standing {
  readonly state: CloseState;
  /** The last act; null where there was none. */
  readonly last: CloseAct | null;
  /** What is signed, as JSON; null where nothing is. */
  readonly binding: string | null;
}

const ACTS = ['signed', 'approved', 'returned', 'reopened'] as const;

export function closeAct(row: Row): CloseAct {
  return {
    seq: row.int('seq'),
    act: ACTS.find((act) => act === row.text('act')) ?? 'returned',
    at: row.text('occurred_at'),
    actor: row.text('actor'),
    login: row.text('login'),
    reason: row.textOrNull('reason'),
    bindingSha256: row.textOrNull('binding_sha256'),
  };
}

export async function standingOf(reader: Reader, month: string): Promise<Standing> {
  const row = await reader.row('SELECT * FROM close_standing WHERE month = ?', [month]);
  if (!row) return { state: 'open', last: null, binding: null };
  const last = closeAct(row);
  const signed = last.act === 'signed' || last.act === 'approved';
  return { state: last.act, last, binding: signed ? row.textOrNull('binding') : null };
}

export interface CloseRow {
  readonly seq: number;
  readonly month: string;
  readonly act: CloseAct['act'];
  readonly at: string;
  readonly actor: string;
  readonly login: string;
  readonly reason: string | null;
  readonly bindingSha256: string | null;
  readonly binding: string | null;
}

export async function keepCloseAct(tx: Transaction, row: CloseRow): Promise<void> {
  await tx.run('INSERT INTO close_event VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)', [
    ...[row.seq, row.month, row.act, row.at, row.actor, row.login],
    ...[row.reason, row.bindingSha256, row.binding],
  ]);
}

function refused(month: string, message: string): TieoutError {
  return new TieoutError('close-refused', message, { month });
}

const LONGEST_REASON = 2000;

function words(parts: CloseParts, reason: string): string | null {
  const text = parts.redactor.redact(reason.trim()).toWellFormed();
  if (text.length > LONGEST_REASON)
    throw new TieoutError('usage', `The reason has ${text.length} characters; say it in ${LONGEST_REASON}.`);
  return text === '' ? null : text;
}

function needed(reason: string | null, what: string): string {
  if (reason !== null) return reason;
  throw new TieoutError('usage', `A month is ${what} with a reason; give it with --reason.`);
}

async function record(
  tx: Transaction,
  parts: CloseParts,
  month: Month,
  act: CloseAct['act'],
  {
    reason,
    binding,
    digest,
  }: { readonly reason: string | null; readonly binding: string | null; readonly digest: string | null },
  more: AuditPayload = {},
): Promise<CloseAct> {
  const at = isoTime(parts.clock.now());
  const { actor } = parts;
  const login = parts.login ?? actor;
  const type = { signed: 'sign', approved: 'approve', returned: 'return', reopened: 'reopen' }[act];
  const seq = await appendAudit(tx, {
    at,
    actor,
    type: `close.${type}`,
    payload: { month, login, reason, binding_sha256: digest, ...more },
  });
  await keepCloseAct(tx, { seq, month, act, at, actor, login, reason, bindingSha256: digest, binding });
  return { seq, act, at, actor, login, reason, bindingSha256: digest };
}

/** @throws TieoutError `right-missing`, `close-refused` with every obstacle. */
export async function signMonth(parts: CloseParts, month: Month, reason: string): Promise<CloseAct> {
  const { workspace, actor } = parts;
  return workspace.database.transaction(async (tx) => {
    const { settings } = await currentSettings(tx);
    assertRight(settings, actor, 'prepare', 'sign a month');
    const { state, last } = await standingOf(tx, month);
    if (state === 'approved')
      throw refused(month, `${month} is approved and locked already; reopen it to sign it anew.`);
    if (state === 'signed')
      throw refused(
        month,
        `${month} is signed by ${last?.actor} already; it waits for a reviewer (tieout close approve).`,
      );
    const given = words(parts, reason);
    const obstacles = await signObstacles(tx, month, given ?? '');
    if (obstacles.length > 0)
      throw new TieoutError('close-refused', `${month} cannot be signed: ${obstacles.join('; ')}.`, {
        month,
        obstacles,
      });
    const binding = await bindingNow(tx, month);
    if (!binding) throw refused(month, `${month} was never reconciled; reconcile it first.`);
    const text = JSON.stringify(binding);
    const digest = await workspace.evidence.put(Buffer.from(text));
    return record(
      tx,
      parts,
      month,
      'signed',
      { reason: given, binding: text, digest },
      {
        recon_id: binding.recon_id,
        recon_sha256: binding.recon_sha256,
        rules_sha256: binding.rules_sha256,
        run_sha256s: binding.runs.map(({ run_sha256: sha }) => sha),
        profile_sha256s: binding.runs.map(({ profile_sha256: sha }) => sha ?? 'built in'),
        extract_sha256s: binding.extracts.map(({ file_sha256: sha }) => sha),
        mapping_sha256s: binding.extracts.map(({ mapping_sha256: sha }) => sha ?? 'none'),
        breaks_sha256: binding.breaks_sha256,
        settings_sha256: binding.settings_sha256,
        open_breaks: binding.breaks.open ?? 0,
        audit_seq: binding.audit_seq,
        audit_head: binding.audit_head,
      },
    );
  });
}

/** A person does not become another by writing the name in capitals, with a wider space or with signs that nobody sees. */
function sameName(one: string, other: string): boolean {
  const folded = (name: string) =>
    name
      .normalize('NFKC')
      .replaceAll(/[\p{Cf}\p{Cc}\p{Default_Ignorable_Code_Point}]/gu, '')
      // By capitals: "Groß" is written GROSS there, and a sigma has one form.
      .toUpperCase()
      .toLowerCase()
      // What an unseen sign kept apart is one letter again.
      .normalize('NFKC')
      .replaceAll(/\s+/g, ' ')
      .trim();
  return folded(one) === folded(other);
}

/**
 * Approves what is signed, which locks the month.
 * @throws TieoutError `right-missing`; `close-refused` where nothing is signed, by whom it was signed, or where anything
 *   that was signed has moved.
 */
export async function approveMonth(parts: CloseParts, month: Month, reason: string): Promise<CloseAct> {
  const { workspace, actor } = parts;
  const login = parts.login ?? actor;
  return workspace.database.transaction(async (tx) => {
    const { settings } = await currentSettings(tx);
    assertRight(settings, actor, 'review', 'approve a month');
    const { state, last, binding } = await standingOf(tx, month);
    if (state !== 'signed' || last === null || binding === null) {
      throw refused(
        month,
        state === 'approved'
          ? `${month} is approved already.`
          : `${month} is not signed; its preparer signs it first (tieout close sign).`,
      );
    }
    if (sameName(last.actor, actor))
      throw refused(
        month,
        `${month} was signed by ${last.actor}, who cannot approve it; a reviewer with another identity does.`,
      );
    if (settings.approve_from_other_login && sameName(last.login, login))
      throw refused(
        month,
        `${month} was signed from the login ${login} too, and the setting approve_from_other_login asks for another; approve it from the reviewer's own login.`,
      );
    const moved = await movedSince(tx, parseBinding(binding));
    const later = (await signObstacles(tx, month, 'as signed')).filter(
      (text) => !text.includes('no decision'),
    );
    const why = [...moved.map(({ part }) => `${part} is another now`), ...later];
    if (why.length > 0)
      throw refused(
        month,
        `${month} is not any more what ${last.actor} signed: ${why.join('; ')}; return it, and have it signed anew.`,
      );
    return record(
      tx,
      parts,
      month,
      'approved',
      {
        reason: words(parts, reason),
        binding,
        digest: last.bindingSha256,
      },
      { signed_by: last.actor, signed_seq: last.seq },
    );
  });
}

/** Gives a signed month back to its preparer. @throws TieoutError `right-missing`, `close-refused`, `usage`. */
export async function returnMonth(parts: CloseParts, month: Month, reason: string): Promise<CloseAct> {
  return parts.workspace.database.transaction(async (tx) => {
    const { settings } = await currentSettings(tx);
    assertRight(settings, parts.actor, 'review', 'return a month');
    const { state } = await standingOf(tx, month);
    if (state !== 'signed') {
      throw refused(
        month,
        state === 'approved'
          ? `${month} is approved; reopen it instead (tieout close reopen).`
          : `${month} is not signed, so there is nothing to return.`,
      );
    }
    const given = needed(words(parts, reason), 'returned');
    return record(tx, parts, month, 'returned', { reason: given, binding: null, digest: null });
  });
}

/** Unlocks an approved month. @throws TieoutError `right-missing`, `close-refused`, `usage`. */
export async function reopenMonth(parts: CloseParts, month: Month, reason: string): Promise<CloseAct> {
  return parts.workspace.database.transaction(async (tx) => {
    const { settings } = await currentSettings(tx);
    assertRight(settings, parts.actor, 'review', 'reopen a month');
    const { state } = await standingOf(tx, month);
    if (state !== 'approved') throw refused(month, `${month} is not locked, so there is nothing to reopen.`);
    const given = needed(words(parts, reason), 'reopened');
    return record(tx, parts, month, 'reopened', { reason: given, binding: null, digest: null });
  });
}
