/** `tieout eqr`: power sales in the form of an EQR's transaction data. */
import { TieoutError } from '../../shared/errors.ts';
import { type Month, quarterOf } from '../../shared/month.ts';
import { writeEqr } from '../compliance/eqr.ts';
import { type CommonOptions, monthOption, type Session } from './session.ts';
import { inWords } from './wording.ts';

export interface EqrOptions extends CommonOptions {
  readonly month?: string;
  readonly quarter?: string;
  readonly out: string;
  readonly seller?: string;
  readonly overwrite?: boolean;
}

/** @throws TieoutError `usage`, `month-invalid`. */
function monthsOf({ month, quarter }: EqrOptions): readonly Month[] {
  if ((month === undefined) === (quarter === undefined))
    throw new TieoutError('usage', 'Give --month YYYY-MM or --quarter YYYY-Qn, and only one of them.');
  if (month !== undefined) return [monthOption(month)];
  const parts = /^(\d{4})-Q([1-4])$/.exec(quarter ?? '');
  if (!parts)
    throw new TieoutError('usage', `--quarter is "${quarter}"; give it as YYYY-Qn, for example 2024-Q1.`);
  const last = Number(parts[2]) * 3;
  return quarterOf(monthOption(`${parts[1]}-${String(last).padStart(2, '0')}`)).months;
}

export async function eqrCommand(session: Session, options: EqrOptions): Promise<number> {
  const months = monthsOf(options);
  const { compliance: parts } = await session.app();
  const files = await writeEqr(parts, {
    months,
    out: options.out,
    seller: options.seller?.trim() || null,
    overwrite: options.overwrite ?? false,
    signal: session.signal,
  });
  for (const event of files) session.out.event(event, inWords(event));
  return 0;
}
