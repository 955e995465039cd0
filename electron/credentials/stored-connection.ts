/** A connection as the workspace keeps it: a row, what it becomes, and what an event says of its change. */
import type { ConnectionSettings } from '../../shared/connection-settings.ts';
import type { ProfileView } from '../../shared/views.ts';
import { vendorOverrides } from '../etrm/vendor-settings.ts';
import type { VendorSource } from '../etrm/vendor-source.ts';
import type { AuditPayload } from '../workspace/audit-chain.ts';
import type { Row } from '../workspace/row.ts';
import { soundSettings } from './connection-check.ts';

export interface StoredConnection {
  readonly name: string;
  readonly baseUrl: string;
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly scope: string;
  readonly caFile: string | null;
  readonly allowHttp: boolean;
  readonly settings: ConnectionSettings;
  /** Null: the built-in one. */
  readonly profile: ProfileView | null;
}

/** Current connections, each with its profile's name where it has one. */
export const CONNECTIONS = `
  SELECT c.*, p.name AS profile_name, p.revision AS profile_revision
  FROM connection c LEFT JOIN profile p ON p.sha256 = c.profile_sha256`;

/** @throws TieoutError `connection-invalid` where the row's settings are not ones that this Tieout knows. */
export function storedConnection(row: Row): StoredConnection {
  return {
    name: row.text('name'),
    baseUrl: row.text('base_url'),
    tokenUrl: row.text('token_url'),
    clientId: row.text('client_id'),
    scope: row.text('scope'),
    caFile: row.textOrNull('ca_file'),
    allowHttp: row.bool('allow_http'),
    settings: row.textOrNull('settings') === null ? {} : soundSettings(row.json('settings')),
    profile:
      row.textOrNull('profile_sha256') === null
        ? null
        : {
            name: row.text('profile_name'),
            revision: row.int('profile_revision'),
            sha256: row.sha256('profile_sha256'),
          },
  };
}

export function sourceOf(connection: StoredConnection): VendorSource {
  const { name, settings, profile, ...addresses } = connection;
  return {
    connection: name,
    ...addresses,
    overrides: vendorOverrides(settings),
    profile: profile?.sha256 ?? null,
  };
}

/** Null where everything is as usual. */
export function settingsText(settings: ConnectionSettings): string | null {
  return Object.keys(settings).length === 0 ? null : JSON.stringify(settings);
}

/** What an event says of a connection; never its secret. */
function told(connection: StoredConnection): AuditPayload {
  return {
    base_url: connection.baseUrl,
    token_url: connection.tokenUrl,
    client_id: connection.clientId,
    scope: connection.scope,
    ca_file: connection.caFile,
    allow_http: connection.allowHttp ? 'yes' : 'no',
    profile_sha256: connection.profile?.sha256 ?? null,
  };
}

/** Names of what differs, settings by their own names. @param before null: there was no such connection. */
function changed(before: StoredConnection | null, after: StoredConnection): readonly string[] {
  const flat = (connection: StoredConnection | null): ReadonlyMap<string, string> =>
    new Map(
      Object.entries(connection === null ? {} : { ...told(connection), ...connection.settings })
        .filter(([, value]) => value !== null && value !== undefined)
        .map(([name, value]) => [name, JSON.stringify(value)]),
    );
  const [was, is] = [flat(before), flat(after)];
  return [...new Set([...was.keys(), ...is.keys()])].filter((name) => was.get(name) !== is.get(name));
}

/** Of `connection.save`. */
export function savePayload(
  before: StoredConnection | null,
  after: StoredConnection,
  secret: 'kept' | 'replaced',
): AuditPayload {
  return {
    name: after.name,
    ...told(after),
    settings: settingsText(after.settings),
    secret,
    changed: changed(before, after),
  };
}
