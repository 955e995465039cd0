import { grouped } from '../../shared/decimal.ts';

interface AmountProps {
  /** Plain decimal as it was sent; null where a side has none. */
  readonly value: string | null;
  /** Shows a plus where it is above nothing: for differences. */
  readonly signed?: boolean;
}

function isNothing(value: string): boolean {
  return /^-?[0.]+$/.test(value);
}

/** A decimal with its thousands apart, every digit as it was sent. */
export function Amount({ value, signed = false }: AmountProps) {
  if (value === null) return <span className="amount none">—</span>;
  const plus = signed && !value.startsWith('-') && !isNothing(value) ? '+' : '';
  return (
    <span className="amount" data-negative={value.startsWith('-') || undefined}>
      {plus}
      {grouped(value).replace('-', '−')}
    </span>
  );
}
