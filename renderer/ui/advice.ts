/** What an analyst can do about an error, beside what its own sentence says. */
import type { ErrorCode } from '../../shared/errors.ts';

const CONNECTION = 'Check the connection under Connections, then sync again.';
const RESUMES = 'Committed pages are kept: Sync again resumes after the last one.';

const ADVICE: Partial<Record<ErrorCode, string>> = {
  'connection-unknown': CONNECTION,
  'connection-invalid': CONNECTION,
  'credentials-refused': `${RESUMES} Enter the client secret again under Connections if it was changed at the vendor.`,
  'credentials-missing': 'Enter the client secret under Connections.',
  'keychain-unavailable': 'Unlock or start the keychain of this computer, then try again.',
  'vendor-unreachable': RESUMES,
  'vendor-timeout': RESUMES,
  'vendor-status': RESUMES,
  'vendor-retries-exhausted': RESUMES,
  'vendor-retry-after-too-long': RESUMES,
  'token-endpoint': `${RESUMES} If it fails again, check the token URL under Connections.`,
  'vendor-certificate': 'Name the CA file of your network under Connections, if it inspects TLS.',
  'ledger-columns': 'Say under Extracts which column is which, then import it again. Nothing was imported.',
  'ledger-rows': 'Correct the rows listed and import the extract again. Nothing was imported.',
  'ledger-encoding':
    'Save the extract as UTF-8, or name its encoding in a mapping under Extracts. Nothing was imported.',
  'ledger-totals':
    'Ask the ledger for the extract again, or let its mapping warn of totals. Nothing was imported.',
  'workbook-invalid': 'Open the workbook, save it as .xlsx without a password, and import it again.',
  'workspace-locked': 'Close the other window or command that has this workspace open.',
  'workspace-full': 'Free space on the disk; what was committed is kept.',
  'nothing-to-do': 'Sync the month and import a ledger extract first.',
  'check-failed': 'Compare the digests below with the evidence before you rely on the figures.',
};

export function adviceFor(code: ErrorCode): string | null {
  return ADVICE[code] ?? null;
}
