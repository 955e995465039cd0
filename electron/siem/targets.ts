/** Targets of a workspace: what may be seen in the database, the secret in the keychain or the environment. */
import { TieoutError } from '../../shared/errors.ts';
import {
  SIEM_SECRET_PLACES,
  type SiemSecretPlace,
  type SiemSettings,
  siemName,
  siemSettings,
} from '../../shared/siem.ts';
import { type Clock, isoTime } from '../clock.ts';
import type { Keychain } from '../credentials/keychain.ts';
import type { Redactor, Secret } from '../credentials/secret.ts';
import { appendAudit } from '../workspace/audit-chain.ts';
import type { Row } from '../workspace/row.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { setCursor } from './delivery-log.ts';
import { checkSettings } from './open-receiver.ts';
import { knowSecret } from './secrets.ts';

export interface TargetParts {
  readonly workspace: Workspace;
  readonly keychain: Keychain;
  readonly redactor: Redactor;
  readonly clock: Clock;
  readonly actor: string;
  readonly newId: () => string;
  /** The secret that the environment of this process has for a target of this name, or null. */
  readonly environmentSecret: (name: string) => Secret | null;
}

export interface SiemTarget {
  /** Stays while the target is edited; a target that is added anew has another, and begins anew. */
  readonly id: string;
  readonly name: string;
  readonly settings: SiemSettings;
  readonly secret: SiemSecretPlace;
}

export interface TargetInput {
  readonly name: string;
  readonly settings: SiemSettings;
  /** Null keeps what is stored, or takes it from the environment where that has one. */
  readonly secret: Secret | null;
  /** The first event to send, by number; `now` skips what has happened; null goes on, and begins with the first. */
  readonly from: number | 'now' | null;
}

function addressOf(settings: SiemSettings): string {
  return settings.kind === 'file' ? settings.path : settings.url;
}

function targetOf(row: Row): SiemTarget {
  const place = row.text('secret');
  return {
    id: row.text('target_id'),
    name: row.text('name'),
    settings: siemSettings.parse(row.json('settings')),
    secret: SIEM_SECRET_PLACES.find((known) => known === place) ?? 'none',
  };
}

export class SiemTargets {
  readonly #parts: TargetParts;

  constructor(parts: TargetParts) {
    this.#parts = parts;
  }

  #account(name: string): string {
    return `${this.#parts.workspace.id}/siem/${name}`;
  }

  async list(): Promise<readonly SiemTarget[]> {
    const rows = await this.#parts.workspace.database.rows('SELECT * FROM siem_target ORDER BY name');
    return rows.map(targetOf);
  }

  async #find(name: string): Promise<SiemTarget | null> {
    const { database } = this.#parts.workspace;
    const row = await database.row('SELECT * FROM siem_target WHERE name = ?', [name]);
    return row ? targetOf(row) : null;
  }

  /** @throws TieoutError `siem-unknown`. */
  async target(name: string): Promise<SiemTarget> {
    const found = await this.#find(name);
    if (found) return found;
    const known = (await this.list()).map((target) => target.name);
    throw new TieoutError(
      'siem-unknown',
      known.length === 0
        ? `There is no SIEM target "${name}"; add it with tieout siem add.`
        : `There is no SIEM target "${name}"; this workspace has ${known.join(', ')}.`,
      { name },
    );
  }

  /** @returns null where the target needs none. @throws TieoutError `credentials-missing`, `keychain-unavailable`. */
  async secret(target: SiemTarget): Promise<Secret | null> {
    const given = this.#parts.environmentSecret(target.name);
    if (given === null && target.secret === 'none') return null;
    const secret =
      given ??
      (target.secret === 'keychain' ? await this.#parts.keychain.get(this.#account(target.name)) : null);
    if (secret === null) {
      throw new TieoutError(
        'credentials-missing',
        target.secret === 'keychain'
          ? `The keychain has no secret for the SIEM target "${target.name}"; store it again with tieout siem add.`
          : `The SIEM target "${target.name}" takes its secret from the environment, which has none; set ${secretVariable(target.name)}.`,
        { name: target.name },
      );
    }
    knowSecret(target.settings.kind, secret, this.#parts.redactor);
    return secret;
  }

  /**
   * Adds or changes a target: the secret first, so that no target stands without one.
   * @throws TieoutError `siem-invalid`, `credentials-missing`, `keychain-unavailable`.
   */
  async save(input: TargetInput): Promise<SiemTarget> {
    const { name, settings, secret } = input;
    if (!siemName.safeParse(name).success) {
      throw new TieoutError(
        'siem-invalid',
        `"${name}" is no name for a SIEM target; use letters, digits, spaces, dots, dashes and underscores.`,
        { name },
      );
    }
    checkSettings(settings);
    const before = await this.#find(name);
    const place = await this.#keepSecret(input, before);
    const { workspace, clock, actor, newId } = this.#parts;
    const target: SiemTarget = { id: before?.id ?? newId(), name, settings, secret: place };
    const at = isoTime(clock.now());
    await workspace.database.transaction(async (tx) => {
      const seq = await appendAudit(tx, {
        at,
        actor,
        type: 'siem.save',
        payload: {
          name,
          target_id: target.id,
          kind: settings.kind,
          address: addressOf(settings),
          unencrypted: settings.kind !== 'file' && settings.allowPlain ? 'allowed' : 'refused',
          // The whole of them, so that the target can be made again from its events.
          settings: JSON.stringify(settings),
          secret: secret === null && place === 'keychain' ? 'kept' : place,
          from: input.from === null ? null : String(input.from),
        },
      });
      await tx.run('INSERT INTO siem_target_event VALUES (?, ?, ?, ?, ?, ?, ?, ?)', [
        ...[seq, at, actor, target.id, name, false],
        ...[JSON.stringify(settings), place],
      ]);
      // "Now" is this event: the receiver sees who began it.
      const from = input.from === 'now' ? seq : (input.from ?? (before === null ? 1 : null));
      if (from !== null) await setCursor(tx, target.id, from - 1, at);
    });
    return target;
  }

  async #keepSecret(
    { name, settings, secret }: TargetInput,
    before: SiemTarget | null,
  ): Promise<SiemSecretPlace> {
    const { keychain, redactor, environmentSecret } = this.#parts;
    if (secret !== null) {
      if (settings.kind !== 'otlp' && settings.kind !== 'hec') {
        throw new TieoutError(
          'siem-invalid',
          'Only an OTLP collector and an HTTP event collector take a secret.',
        );
      }
      knowSecret(settings.kind, secret, redactor);
      await keychain.set(this.#account(name), secret);
      return 'keychain';
    }
    const kept = before !== null && before.settings.kind === settings.kind ? before.secret : 'none';
    if (kept === 'keychain' && before !== null && addressOf(before.settings) !== addressOf(settings)) {
      throw new TieoutError(
        'credentials-missing',
        `The secret of "${name}" was stored for ${addressOf(before.settings)} and is not sent anywhere else; give it again with the new address.`,
        { name },
      );
    }
    if (kept !== 'none') return kept;
    const given = environmentSecret(name);
    if (given !== null) {
      knowSecret(settings.kind, given, redactor);
      return 'environment';
    }
    if (settings.kind !== 'hec') return 'none';
    throw new TieoutError(
      'credentials-missing',
      `An HTTP event collector needs its token; pass it with --secret-stdin or in ${secretVariable(name)}.`,
      { name },
    );
  }

  /** @throws TieoutError `siem-unknown`, `keychain-unavailable`. */
  async remove(name: string): Promise<void> {
    const target = await this.target(name);
    const { workspace, keychain, clock, actor } = this.#parts;
    if (target.secret === 'keychain') await keychain.remove(this.#account(name));
    const at = isoTime(clock.now());
    await workspace.database.transaction(async (tx) => {
      const payload = { name, target_id: target.id, kind: target.settings.kind };
      const seq = await appendAudit(tx, { at, actor, type: 'siem.remove', payload });
      await tx.run('INSERT INTO siem_target_event VALUES (?, ?, ?, ?, ?, ?, ?, ?)', [
        ...[seq, at, actor, target.id, name, true],
        ...[null, null],
      ]);
    });
  }
}

/** The variable of the environment that holds a target's secret: `TIEOUT_SIEM_SECRET_` and the name in capitals. */
export function secretVariable(name: string): string {
  return `TIEOUT_SIEM_SECRET_${name.toUpperCase().replace(/[^A-Z0-9]/g, '_')}`;
}
