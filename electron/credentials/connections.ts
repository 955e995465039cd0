/** Connections of a workspace: what may be seen in the database, the secret in the keychain and nowhere else. */
import { type ConnectionSettings, checkSettings } from '../../shared/connection-settings.ts';
import type { Sha256 } from '../../shared/digest.ts';
import { TieoutError } from '../../shared/errors.ts';
import type { ConnectionView } from '../../shared/views.ts';
import { type Clock, isoTime } from '../clock.ts';
import { DEFAULT_SCOPE, type VendorSource } from '../etrm/vendor-source.ts';
import type { Profile } from '../profile/profile.ts';
import { keepDocument, saveProfile, storedProfile } from '../profile/profile-store.ts';
import { appendAudit } from '../workspace/audit-chain.ts';
import type { Workspace } from '../workspace/workspace.ts';
import {
  addressProblems,
  type ConnectionAddress,
  fileProblems,
  nameProblems,
  refuse,
  settingErrors,
  soundSettings,
} from './connection-check.ts';
import type { Keychain } from './keychain.ts';
import type { Redactor, Secret } from './secret.ts';
import {
  CONNECTIONS,
  type StoredConnection,
  savePayload,
  settingsText,
  sourceOf,
  storedConnection,
} from './stored-connection.ts';

export interface ConnectionParts {
  readonly workspace: Workspace;
  readonly keychain: Keychain;
  readonly redactor: Redactor;
  readonly clock: Clock;
  readonly actor: string;
}

export interface ConnectionInput extends ConnectionAddress {
  readonly name: string;
  readonly scope: string;
  readonly caFile: string | null;
  /** None: everything as usual. */
  readonly settings?: ConnectionSettings;
  /** A profile to keep, or one that is kept already; null or none: the built-in one. */
  readonly profile?: Profile | Sha256 | null;
}

/** Where one run goes another way than its stored connection. */
export interface Differing {
  readonly settings: ConnectionSettings;
  readonly caFile: string | null;
  readonly profile: Sha256 | null;
}

/** A proxy of none leaves nothing to go round. */
function overlaid(stored: ConnectionSettings, differing: ConnectionSettings): ConnectionSettings {
  const { proxy_bypass, ...others } = stored;
  const keeps = proxy_bypass !== undefined && differing.proxy !== 'none';
  return soundSettings({ ...others, ...(keeps && { proxy_bypass }), ...differing });
}

export class Connections {
  readonly #parts: ConnectionParts;

  constructor(parts: ConnectionParts) {
    this.#parts = parts;
  }

  #account(name: string): string {
    return `${this.#parts.workspace.id}/${name}`;
  }

  /** Null where no keychain answers. */
  #hasSecret(name: string): Promise<boolean | null> {
    return this.#parts.keychain.get(this.#account(name)).then(
      (secret) => secret !== null,
      () => null,
    );
  }

  async list(): Promise<readonly ConnectionView[]> {
    const rows = await this.#parts.workspace.database.rows(`${CONNECTIONS} ORDER BY c.name`);
    const views: ConnectionView[] = [];
    for (const stored of rows.map(storedConnection)) {
      views.push({ ...stored, hasSecret: await this.#hasSecret(stored.name) });
    }
    return views;
  }

  /** @throws TieoutError `connection-unknown`. */
  async view(name: string): Promise<ConnectionView> {
    return { ...(await this.#stored(name)), hasSecret: await this.#hasSecret(name) };
  }

  /**
   * What a sync reads from.
   * @param differing for this time only: its settings before the stored ones, its files and profile in their place.
   * @throws TieoutError `connection-unknown`; `connection-invalid` where the two kinds of settings do not go together.
   */
  async source(name: string, differing: Partial<Differing> = {}): Promise<VendorSource> {
    const stored = await this.#stored(name);
    const source = sourceOf({ ...stored, settings: overlaid(stored.settings, differing.settings ?? {}) });
    return {
      ...source,
      caFile: differing.caFile ?? source.caFile,
      profile: differing.profile ?? source.profile ?? null,
    };
  }

  async #stored(name: string): Promise<StoredConnection> {
    const { database } = this.#parts.workspace;
    const row = await database.row(`${CONNECTIONS} WHERE c.name = ?`, [name]);
    if (row) return storedConnection(row);
    const known = (await database.rows('SELECT name FROM connection ORDER BY name')).map((each) =>
      each.text('name'),
    );
    throw new TieoutError(
      'connection-unknown',
      known.length === 0
        ? `There is no connection "${name}"; add it with tieout connect.`
        : `There is no connection "${name}"; this workspace has ${known.join(', ')}.`,
      { name },
    );
  }

  /** @throws TieoutError `credentials-missing`, `keychain-unavailable`. */
  async secret(name: string): Promise<Secret> {
    const secret = await this.#parts.keychain.get(this.#account(name));
    if (secret === null) {
      throw new TieoutError(
        'credentials-missing',
        `The keychain has no secret for the connection "${name}"; store it again with tieout connect, or pass it in TIEOUT_CLIENT_SECRET.`,
        { name },
      );
    }
    this.#parts.redactor.know(secret);
    return secret;
  }

  /** Keeps a profile that a run without a stored connection is to use. @throws TieoutError `profile-invalid`. */
  async keepProfile(profile: Profile): Promise<Sha256> {
    const { workspace, clock, actor } = this.#parts;
    const by = { at: isoTime(clock.now()), actor };
    await keepDocument(workspace.evidence, profile);
    await workspace.database.transaction((tx) => saveProfile(tx, profile, by));
    return profile.sha256;
  }

  /**
   * Adds or changes a connection: the secret first, so that no connection stands without one.
   * @param secret null keeps the stored one.
   * @throws TieoutError `connection-invalid` and `file-unreadable`, with everything that is wrong at once;
   *   `profile-invalid`, `profile-unknown`, `keychain-unavailable`.
   */
  async save(input: ConnectionInput, secret: Secret | null): Promise<ConnectionView> {
    const checked = checkSettings(input.settings ?? {});
    const settings = checked.ok ? checked.settings : {};
    refuse([
      ...nameProblems(input.name),
      ...addressProblems(input),
      ...(checked.ok ? [] : settingErrors(checked.problems)),
      ...fileProblems(input.caFile, settings),
    ]);
    const profile = await this.#profile(input.profile ?? null);
    const { workspace, keychain, redactor, clock, actor } = this.#parts;
    if (secret !== null) {
      redactor.know(secret);
      await keychain.set(this.#account(input.name), secret);
    }
    const stored: StoredConnection = {
      name: input.name,
      baseUrl: input.baseUrl,
      tokenUrl: input.tokenUrl,
      clientId: input.clientId,
      scope: input.scope.trim() === '' ? DEFAULT_SCOPE : input.scope,
      caFile: input.caFile,
      allowHttp: input.allowHttp,
      settings,
      profile:
        profile === null ? null : { name: profile.name, revision: profile.revision, sha256: profile.sha256 },
    };
    const at = isoTime(clock.now());
    if (profile !== null) await keepDocument(workspace.evidence, profile);
    await workspace.database.transaction(async (tx) => {
      if (profile !== null) await saveProfile(tx, profile, { at, actor });
      const row = await tx.row(`${CONNECTIONS} WHERE c.name = ?`, [stored.name]);
      const seq = await appendAudit(tx, {
        at,
        actor,
        type: 'connection.save',
        payload: savePayload(
          row ? storedConnection(row) : null,
          stored,
          secret === null ? 'kept' : 'replaced',
        ),
      });
      await tx.run(
        `INSERT INTO connection_event (seq, changed_at, name, removed, base_url, token_url, client_id, scope,
           ca_file, allow_http, settings, profile_sha256) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        [
          ...[seq, at, stored.name, false, stored.baseUrl, stored.tokenUrl, stored.clientId, stored.scope],
          ...[stored.caFile, stored.allowHttp, settingsText(stored.settings), stored.profile?.sha256 ?? null],
        ],
      );
    });
    return { ...stored, hasSecret: secret !== null || (await this.#hasSecret(stored.name)) };
  }

  #profile(profile: Profile | Sha256 | null): Promise<Profile> | Profile | null {
    return typeof profile === 'string' ? storedProfile(this.#parts.workspace.database, profile) : profile;
  }

  /** @throws TieoutError `connection-unknown`, `keychain-unavailable`. */
  async remove(name: string): Promise<void> {
    await this.#stored(name);
    const { workspace, keychain, clock, actor } = this.#parts;
    await keychain.remove(this.#account(name));
    const at = isoTime(clock.now());
    await workspace.database.transaction(async (tx) => {
      const seq = await appendAudit(tx, { at, actor, type: 'connection.remove', payload: { name } });
      await tx.run('INSERT INTO connection_event (seq, changed_at, name, removed) VALUES (?, ?, ?, ?)', [
        seq,
        at,
        name,
        true,
      ]);
    });
  }
}
