/** Targets that the audit chain is forwarded to: what may be set of them, and how a screen shows them. */
import { z } from 'zod';
import type { ErrorCode } from './errors.ts';

export const SIEM_KINDS = ['otlp', 'syslog', 'hec', 'file'] as const;
export type SiemKind = (typeof SIEM_KINDS)[number];

/** RFC 5424 6.2.1, "log audit". */
export const AUDIT_FACILITY = 13;
/** A forwarded file's size before it is rotated, and how many rotated ones stay. */
export const FILE_DEFAULTS = { maxBytes: 100_000_000, keep: 10 } as const;

const path = z.string().min(1).max(4000);

const network = {
  /** `https://`, for syslog `tls://host:port`; plain `http://` and `tcp://` on this machine or where allowed. */
  url: z.string().min(1).max(2000),
  /** PEM: an authority beside the machine's own. */
  caFile: path.nullable(),
  /** PEM of a client certificate and its key, both or none. */
  certFile: path.nullable(),
  keyFile: path.nullable(),
  /** An unencrypted connection beyond this machine. */
  allowPlain: z.boolean(),
};

/** What a target is, secrets apart. Stored as JSON, so a change of form must still read the old one. */
export const siemSettings = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('otlp'), ...network }),
  z.strictObject({ kind: z.literal('hec'), index: z.string().min(1).max(200).nullable(), ...network }),
  z.strictObject({ kind: z.literal('syslog'), facility: z.int().min(0).max(23), ...network }),
  z.strictObject({
    kind: z.literal('file'),
    path,
    maxBytes: z.int().min(10_000).max(1_000_000_000_000),
    keep: z.int().min(1).max(1000),
  }),
]);
export type SiemSettings = z.infer<typeof siemSettings>;
export type SiemNetwork = Extract<SiemSettings, { readonly url: string }>;

export const siemName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9 ._-]{0,63}$/);

/** Where a target's secret is: nowhere because it needs none, in the keychain, or in the environment of each run. */
export const SIEM_SECRET_PLACES = ['none', 'keychain', 'environment'] as const;
export type SiemSecretPlace = (typeof SIEM_SECRET_PLACES)[number];

/** A secret as it is typed: the HEC token, or OTLP headers, one `name: value` a line. */
export const siemSecret = z.string().min(1).max(10_000);

/** `held` waits for a person (a refused token), `waiting` for its next attempt, `off` is not forwarded by this process. */
export type SiemState = 'off' | 'idle' | 'sending' | 'waiting' | 'held';

export interface SiemTargetView {
  readonly name: string;
  readonly settings: SiemSettings;
  readonly secret: SiemSecretPlace;
  readonly state: SiemState;
  /** Of the last event that the receiver acknowledged; 0 where there is none. */
  readonly seq: number;
  /** Events of the chain after it. */
  readonly behind: number;
  readonly lastSentAt: string | null;
  /** Events that the receiver refused for good, in so many words: only OTLP can. */
  readonly refused: number;
  /** Why the last attempt failed; null once one succeeded. */
  readonly error: { readonly code: ErrorCode; readonly message: string; readonly at: string } | null;
  /** Of a target that waits. */
  readonly retryAt: string | null;
}
