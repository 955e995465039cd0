/** The settings of the close: one JSON document, whole, whose newest version counts; each is kept under its hash. */
import { isNoCalendarDay } from '../../shared/calendar-day.ts';
import {
  type CloseSettings,
  closeSettings,
  DEFAULT_CLOSE_SETTINGS,
  RIGHTS,
  type Right,
} from '../../shared/close.ts';
import type { Sha256 } from '../../shared/digest.ts';
import { TieoutError } from '../../shared/errors.ts';
import { isoTime } from '../clock.ts';
import { canonicalJson } from '../etrm/canonical/canonical.ts';
import { calendarNamed } from '../netting/calendars.ts';
import { placesOf } from '../profile/places.ts';
import { appendAudit } from '../workspace/audit-chain.ts';
import { sha256 } from '../workspace/evidence.ts';
import type { Reader, Transaction } from '../workspace/transaction.ts';
import type { CloseParts } from './parts.ts';

export interface StoredSettings {
  readonly settings: CloseSettings;
  readonly sha256: Sha256;
  /** Null: the built-in ones. */
  readonly changedAt: string | null;
  readonly actor: string | null;
}

function textOf(settings: CloseSettings): string {
  return JSON.stringify(settings);
}

function digestOf(text: string): Sha256 {
  return sha256(canonicalJson(Buffer.from(text)));
}

/**
 * @param stored what is kept is taken with days that no calendar has, as earlier versions took them.
 * @throws TieoutError `close-settings-invalid` with every fault.
 */
export function parseSettings(text: string, what: string, stored = false): CloseSettings {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    throw new TieoutError(
      'close-settings-invalid',
      `${what} is no JSON (${error instanceof Error ? error.message : String(error)}); start from what tieout close settings prints.`,
      {},
      { cause: error },
    );
  }
  const parsed = closeSettings.safeParse(document);
  // Of a member that is given twice the last one would count, and nobody would have said so.
  const odd = placesOf(text).faults.map(({ path, message }) => `${path.join('.')}: ${message}`);
  const faults = [
    ...odd,
    ...(parsed.success
      ? [...crossFaults(parsed.data), ...(stored ? [] : dayFaults(parsed.data))]
      : parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'the document'}: ${message}`)),
  ];
  if (parsed.success && faults.length === 0) return parsed.data;
  throw new TieoutError(
    'close-settings-invalid',
    `${what} has ${faults.length === 1 ? 'a fault' : `${faults.length} faults`}: ${faults.slice(0, 5).join('; ')}; put it right and set it again.`,
    { faults },
  );
}

function dayFaults({ invoices, holidays }: CloseSettings): readonly string[] {
  const days = [
    ...invoices.map(({ received }, at) => [`invoices.${at}.received`, received] as const),
    ...Object.entries(holidays).flatMap(([name, list]) =>
      list.map((day) => [`holidays.${name}`, day] as const),
    ),
  ];
  return days.flatMap(([path, day]) =>
    isNoCalendarDay(day) ? [`${path}: ${day} is a day that does not exist`] : [],
  );
}

/** What no single member shows. */
function crossFaults(settings: CloseSettings): readonly string[] {
  const faults: string[] = [];
  const twice = (what: string, names: readonly string[]): void => {
    for (const name of new Set(names.filter((one, at) => names.indexOf(one) !== at)))
      faults.push(`${what}: ${name} comes twice`);
  };
  twice(
    'identities',
    settings.identities.map(({ name }) => name),
  );
  twice(
    'reasons',
    settings.reasons.map(({ code }) => code),
  );
  for (const { rule } of settings.agreements)
    if (!Object.hasOwn(settings.due_rules, rule)) faults.push(`agreements: there is no due rule ${rule}`);
  for (const [rule, { calendar }] of Object.entries(settings.due_rules))
    if (calendarNamed(calendar) === null && !Object.hasOwn(settings.holidays, calendar))
      faults.push(`due_rules: ${rule} goes by the calendar ${calendar}, which there is none of`);
  return faults;
}

export async function currentSettings(reader: Reader): Promise<StoredSettings> {
  const row = await reader.row(
    'SELECT changed_at, actor, sha256, document FROM close_setting_event ORDER BY seq DESC LIMIT 1',
  );
  if (!row) {
    const sha = digestOf(textOf(DEFAULT_CLOSE_SETTINGS));
    return { settings: DEFAULT_CLOSE_SETTINGS, sha256: sha, changedAt: null, actor: null };
  }
  return {
    settings: parseSettings(row.text('document'), 'The stored settings of the close', true),
    sha256: row.sha256('sha256'),
    changedAt: row.text('changed_at'),
    actor: row.text('actor'),
  };
}

/** Where identities are named, only they have rights, and only theirs; else everybody has all. */
export function rightsOf({ identities }: CloseSettings, actor: string): readonly Right[] {
  if (identities.length === 0) return RIGHTS;
  return identities.find(({ name }) => name === actor)?.rights ?? [];
}

/** @throws TieoutError `right-missing`. */
export function assertRight(settings: CloseSettings, actor: string, right: Right, what: string): void {
  if (rightsOf(settings, actor).includes(right)) return;
  const who = settings.identities.filter(({ rights }) => rights.includes(right)).map(({ name }) => name);
  throw new TieoutError(
    'right-missing',
    `${actor} has not the right "${right}", which it takes to ${what}; ${who.length === 0 ? 'nobody has it: see tieout close settings' : `ask ${who.join(' or ')}`}.`,
    { actor, right },
  );
}

export async function keepSettings(
  tx: Transaction,
  event: { readonly seq: number; readonly at: string; readonly actor: string },
  digest: string,
  text: string,
): Promise<void> {
  await tx.run('INSERT INTO close_setting_event VALUES (?, ?, ?, ?, ?)', [
    ...[event.seq, event.at, event.actor, digest, text],
  ]);
}

/** What people grant each other is recorded as theirs: only who may review may change it, once anyone is named. */
export async function setSettings(parts: CloseParts, settings: CloseSettings): Promise<StoredSettings> {
  const { workspace, actor } = parts;
  const text = textOf(settings);
  const bytes = canonicalJson(Buffer.from(text));
  const digest = await workspace.evidence.put(bytes);
  const at = isoTime(parts.clock.now());
  await workspace.database.transaction(async (tx) => {
    const before = await currentSettings(tx);
    assertRight(before.settings, actor, 'review', 'change the settings of the close');
    if (before.sha256 === digest)
      throw new TieoutError('nothing-to-do', 'These are the settings of the close already.');
    const seq = await appendAudit(tx, {
      at,
      actor,
      type: 'close.settings',
      payload: { settings_sha256: digest, before_sha256: before.sha256 },
    });
    await keepSettings(tx, { seq, at, actor }, digest, Buffer.from(bytes).toString('utf8'));
  });
  return { settings, sha256: digest, changedAt: at, actor };
}
