/** Values as the PDF prints them. */
import { type Decimal, decimal, grouped } from '../../../shared/decimal.ts';

/** @param instant RFC 3339, UTC. */
export function shownTime(instant: string): string {
  return `${instant.slice(0, 10)} ${instant.slice(11, 19)} UTC`;
}

/** Empty for what is no text. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** With a minus sign that is as wide as a digit. */
export function signed(amount: Decimal): string {
  return amount.startsWith('-') ? `\u2212${grouped(amount.slice(1))}` : grouped(amount);
}

/** With its sign and its thousands; empty for what is no decimal string. */
export function amountOf(value: unknown): string {
  return typeof value === 'string' ? signed(decimal(value)) : '';
}
