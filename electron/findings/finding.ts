/** What was found of one settlement, before it is stored. */
import type { FindingCode } from '../../shared/findings.ts';

export interface Finding {
  readonly code: FindingCode;
  /** Of the settlement. */
  readonly field: string;
  readonly expected: string;
  readonly found: string;
  /** The run or import that it was held against; empty where there is none. */
  readonly sourceId: string;
  readonly detail: Readonly<Record<string, string | number>>;
}

/** An instant as findings show it: RFC 3339 in UTC, microseconds only where there are some. @param micros since 1970. */
export function instantOf(micros: bigint): string {
  const fraction = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n;
  const seconds = new Date(Number((micros - fraction) / 1000n)).toISOString().slice(0, 19);
  return fraction === 0n ? `${seconds}Z` : `${seconds}.${String(fraction).padStart(6, '0')}Z`;
}
