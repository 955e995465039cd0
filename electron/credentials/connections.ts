/** Connections of a workspace: what may be seen in the database, the secret in the keychain and nowhere else. */
import { TieoutError } from '../../shared/errors.ts';
import type { ConnectionView } from '../../shared/views.ts';
import { type Clock, isoTime } from '../clock.ts';
import { vendorUrl } from '../etrm/endpoint.ts';
import { DEFAULT_SCOPE, type VendorSource } from '../etrm/vendor-source.ts';
import { appendAudit } from '../workspace/audit-chain.ts';
import type { Row } from '../workspace/row.ts';
import type { Workspace } from '../workspace/workspace.ts';
import type { Keychain } from './keychain.ts';
import type { Redactor, Secret } from './secret.ts';

export interface ConnectionParts {
  readonly workspace: Workspace;
  readonly keychain: Keychain;
  readonly redactor: Redactor;
  readonly clock: Clock;
  readonly actor: string;
}

export interface ConnectionInput {
  readonly name: string;
  readonly baseUrl: string;
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly scope: string;
  readonly caFile: string | null;
  readonly allowHttp: boolean;
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9 ._-]{0,63}$/;

function sourceOf(row: Row): VendorSource & { readonly connection: string } {
  return {
    connection: row.text('name'),
    baseUrl: row.text('base_url'),
    tokenUrl: row.text('token_url'),
    clientId: row.text('client_id'),
    scope: row.text('scope'),
    caFile: row.textOrNull('ca_file'),
    allowHttp: row.bool('allow_http'),
  };
}

export class Connections {
  readonly #parts: ConnectionParts;

  constructor(parts: ConnectionParts) {
    this.#parts = parts;
  }

  #account(name: string): string {
    return `${this.#parts.workspace.id}/${name}`;
  }

  /** `hasSecret` is null where no keychain answers. */
  async list(): Promise<readonly ConnectionView[]> {
    const rows = await this.#parts.workspace.database.rows('SELECT * FROM connection ORDER BY name');
    const views: ConnectionView[] = [];
    for (const row of rows) {
      const { connection, ...source } = sourceOf(row);
      const hasSecret = await this.#parts.keychain.get(this.#account(connection)).then(
        (secret) => secret !== null,
        () => null,
      );
      views.push({ name: connection, ...source, hasSecret });
    }
    return views;
  }

  /** @throws TieoutError `connection-unknown`. */
  async source(name: string): Promise<VendorSource> {
    const { database } = this.#parts.workspace;
    const row = await database.row('SELECT * FROM connection WHERE name = ?', [name]);
    if (row) return sourceOf(row);
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

  /**
   * Adds or changes a connection: the secret first, so that no connection stands without one.
   * @param secret null keeps the stored one.
   * @throws TieoutError `connection-invalid`, `keychain-unavailable`.
   */
  async save(input: ConnectionInput, secret: Secret | null): Promise<ConnectionView> {
    if (!NAME.test(input.name)) {
      throw new TieoutError(
        'connection-invalid',
        `"${input.name}" is no name for a connection; use letters, digits, spaces, dots, dashes and underscores.`,
        { name: input.name },
      );
    }
    vendorUrl(input.baseUrl, 'base URL', input.allowHttp);
    vendorUrl(input.tokenUrl, 'token URL', input.allowHttp);
    if (input.clientId.trim() === '')
      throw new TieoutError('connection-invalid', 'The client id is empty; give the one the vendor issued.');
    const { workspace, keychain, redactor, clock, actor } = this.#parts;
    if (secret !== null) {
      redactor.know(secret);
      await keychain.set(this.#account(input.name), secret);
    }
    const scope = input.scope.trim() === '' ? DEFAULT_SCOPE : input.scope;
    const at = isoTime(clock.now());
    await workspace.database.transaction(async (tx) => {
      const seq = await appendAudit(tx, {
        at,
        actor,
        type: 'connection.save',
        payload: {
          name: input.name,
          base_url: input.baseUrl,
          token_url: input.tokenUrl,
          client_id: input.clientId,
          scope,
          secret: secret === null ? 'kept' : 'replaced',
        },
      });
      await tx.run('INSERT INTO connection_event VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)', [
        seq,
        at,
        input.name,
        false,
        input.baseUrl,
        input.tokenUrl,
        input.clientId,
        scope,
        input.caFile,
        input.allowHttp,
      ]);
    });
    const hasSecret =
      secret !== null ||
      (await keychain.get(this.#account(input.name)).then(
        (kept) => kept !== null,
        () => null,
      ));
    return { ...input, scope, hasSecret };
  }

  /** @throws TieoutError `connection-unknown`, `keychain-unavailable`. */
  async remove(name: string): Promise<void> {
    await this.source(name);
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
