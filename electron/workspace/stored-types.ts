/** How domain values are stored: exact, and by the column types of the migrations. */
import { DECIMAL, DuckDBDecimalValue, DuckDBTimestampValue } from '@duckdb/node-api';
import type { Decimal } from '../../shared/decimal.ts';

/**
 * Decimals are kept twice: the digits as sent, in text, which is what is shown, compared and reported; and, where the
 * value fits, a DECIMAL(38,12) in which the engine compares and adds. A value that does not fit (10^18 or more, or more
 * than 12 decimals) has NULL there and is worked exactly in TypeScript. The bound leaves the engine room to add a
 * hundred million of them without overflow.
 */
const STORED_SCALE = 12;
const STORED_WIDTH = 38;
export const STORED_DECIMAL = DECIMAL(STORED_WIDTH, STORED_SCALE);

const WHOLE_DIGITS = 18;
const LIMIT = 10n ** BigInt(WHOLE_DIGITS + STORED_SCALE);

/** @returns null where the value is out of the bound above. */
export function storedDecimal(value: Decimal | null): DuckDBDecimalValue | null {
  if (value === null) return null;
  const point = value.indexOf('.');
  const whole = point < 0 ? value : value.slice(0, point);
  const fraction = point < 0 ? '' : value.slice(point + 1);
  if (fraction.length > STORED_SCALE && /[1-9]/.test(fraction.slice(STORED_SCALE))) return null;
  const units = BigInt(whole + fraction.slice(0, STORED_SCALE).padEnd(STORED_SCALE, '0'));
  if (units >= LIMIT || units <= -LIMIT) return null;
  return new DuckDBDecimalValue(units, STORED_WIDTH, STORED_SCALE);
}

/** What the engine prints of `storedDecimal`: all twelve decimals. @param value a decimal in plain notation. */
export function storedDecimalText(value: string): string | null {
  const point = value.indexOf('.');
  const whole = point < 0 ? value : value.slice(0, point);
  const fraction = point < 0 ? '' : value.slice(point + 1);
  if (fraction.length > STORED_SCALE && /[1-9]/.test(fraction.slice(STORED_SCALE))) return null;
  if (whole.length - (whole.startsWith('-') ? 1 : 0) > WHOLE_DIGITS) return null;
  return `${whole}.${fraction.slice(0, STORED_SCALE).padEnd(STORED_SCALE, '0')}`;
}

/** @param micros UTC, microseconds since 1970. */
export function storedInstant(micros: bigint | null): DuckDBTimestampValue | null {
  return micros === null ? null : new DuckDBTimestampValue(micros);
}

/** SQL that prints a TIMESTAMP column (UTC) as RFC 3339 with `Z`; microseconds only where there are some. */
export function instantText(column: string): string {
  return `CASE WHEN epoch_us(${column}) % 1000000 = 0 THEN strftime(${column}, '%Y-%m-%dT%H:%M:%SZ') ELSE strftime(${column}, '%Y-%m-%dT%H:%M:%S.%fZ') END`;
}

/**
 * SQL that makes of a column of decimals as text (plain notation) what the engine prints of the DECIMAL beside it; NULL where
 * that is. A DECIMAL takes longer to unpack than everything else of a row together.
 */
export function storedDecimalSql(column: string): string {
  const [whole, fraction] = [`split_part(${column}, '.', 1)`, `split_part(${column}, '.', 2)`];
  return `CASE WHEN length(ltrim(${whole}, '-')) <= ${WHOLE_DIGITS} AND ltrim(substr(${fraction}, ${STORED_SCALE + 1}), '0') = ''
    THEN ${whole} || '.' || rpad(substr(${fraction}, 1, ${STORED_SCALE}), ${STORED_SCALE}, '0') END`;
}
