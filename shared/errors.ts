/**
 * The one error family of the product. A code is stable (it is part of the `--json` contract); the message
 * is one sentence that says what happened, to what, and what to do.
 */
export const ERROR_CODES = {
  // Wrong usage or a bad input file: exit 2.
  usage: 2,
  'month-invalid': 2,
  'file-not-found': 2,
  'file-unreadable': 2,
  'file-exists': 2,
  'print-failed': 2,
  'json-syntax': 2,
  'json-nesting': 2,
  'json-digits': 2,
  'ledger-columns': 2,
  'ledger-rows': 2,
  'ledger-encoding': 2,
  'ledger-totals': 2,
  'workbook-invalid': 2,
  'curve-columns': 2,
  'curve-rows': 2,
  'curve-encoding': 2,
  'curve-unknown': 2,
  'rules-invalid': 2,
  'mapping-invalid': 2,
  'mapping-unknown': 2,
  'calendar-invalid': 2,
  'profile-invalid': 2,
  'profile-unknown': 2,
  'rules-unknown': 2,
  'records-file-invalid': 2,
  'connection-unknown': 2,
  'connection-invalid': 2,
  'run-unknown': 2,
  'dead-letter-unknown': 2,
  'nothing-to-do': 2,
  'siem-unknown': 2,
  'siem-invalid': 2,
  'month-locked': 2,
  'right-missing': 2,
  'break-unknown': 2,
  'break-refused': 2,
  'close-refused': 2,
  'close-settings-invalid': 2,
  'sheet-invalid': 2,
  'pack-invalid': 2,
  'retention-refused': 2,
  // The vendor or the network failed after the policy was exhausted: exit 3.
  'vendor-unreachable': 3,
  'vendor-timeout': 3,
  'vendor-status': 3,
  'vendor-retries-exhausted': 3,
  'vendor-retry-after-too-long': 3,
  'vendor-not-json': 3,
  'vendor-page-shape': 3,
  'vendor-body-too-large': 3,
  'vendor-body-encoding': 3,
  'vendor-certificate': 3,
  'vendor-redirect': 3,
  'vendor-loop': 3,
  'token-endpoint': 3,
  'siem-undelivered': 3,
  // Credentials refused or keychain unavailable: exit 4.
  'credentials-refused': 4,
  'credentials-missing': 4,
  'keychain-unavailable': 4,
  // The workspace is locked, damaged or full: exit 5.
  'workspace-locked': 5,
  'workspace-damaged': 5,
  'workspace-foreign': 5,
  'workspace-newer': 5,
  'workspace-full': 5,
  'workspace-unwritable': 5,
  // A check found a difference: exit 1.
  'check-failed': 1,
  // Interrupted by the analyst: exit 130.
  cancelled: 130,
  // A defect of ours.
  internal: 70,
} as const satisfies Record<string, number>;

export type ErrorCode = keyof typeof ERROR_CODES;

/** Values that may stand beside an error: primitives and lists of them, so that nothing secret hides in an object. */
export type ErrorDetails = Readonly<Record<string, string | number | boolean | null | readonly string[]>>;

/** How an error crosses IPC and appears in `--json` events. */
export interface ErrorShape {
  readonly code: ErrorCode;
  readonly message: string;
  readonly details: ErrorDetails;
}

export class TieoutError extends Error {
  override readonly name = 'TieoutError';
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.details = details;
  }

  get exitCode(): number {
    return ERROR_CODES[this.code];
  }

  toShape(): ErrorShape {
    return { code: this.code, message: this.message, details: this.details };
  }
}

/** Whatever was thrown, as one of ours: an unknown error becomes `internal` and keeps its cause. */
export function asTieoutError(thrown: unknown): TieoutError {
  if (thrown instanceof TieoutError) return thrown;
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  return new TieoutError(
    'internal',
    `Tieout hit an unexpected fault (${text}); run again with --debug and report it.`,
    {},
    { cause: thrown },
  );
}

/** The end of a switch over a union that must be complete. */
export function assertNever(value: never): never {
  throw new TieoutError('internal', `Unexpected value ${JSON.stringify(value)}; this is a defect.`);
}
