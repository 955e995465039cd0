/**
 * A difference split into what moved it (design: "explained"): volume = dV x price(ETRM), price = volume(ledger) x dP,
 * each with the sign of the cash, rounding = the rest. The parts sum to the difference to the last digit.
 */
import { add, compare, type Decimal, multiply, negate, subtract, sum, ZERO } from '../../shared/decimal.ts';
import type { Explained } from '../../shared/recon.ts';
import type { EtrmSide, LedgerSide } from './sides.ts';

/** What we buy we pay for: its cash is negative. */
function cashSigned(direction: string | null, amount: Decimal): Decimal {
  return direction === 'BUY' ? negate(amount) : amount;
}

function parts(difference: Decimal, volume: Decimal, price: Decimal): Explained {
  return { volume, price, rounding: subtract(subtract(difference, volume), price) };
}

/** Only the ledger has it: the whole volume is the effect, at the ledger's own price. */
function onlyLedger(ledger: readonly LedgerSide[], difference: Decimal): Explained {
  let volume = ZERO;
  for (const row of ledger) {
    if (row.direction !== null && row.volume !== null && row.price !== null) {
      volume = add(volume, cashSigned(row.direction, multiply(row.volume, row.price)));
    }
  }
  return parts(difference, volume, ZERO);
}

/** A ledger of deltas as the one posting that it comes to: the whole volume at the price that is booked now. */
function inOne(ledger: readonly LedgerSide[], current: readonly LedgerSide[]): readonly LedgerSide[] {
  const last = current.at(-1);
  const price = current.findLast((row) => row.price !== null)?.price ?? null;
  const volumes = ledger.map((row) => row.volume).filter((volume) => volume !== null);
  if (!last || ledger.length === 1) return ledger;
  return [{ ...last, price, volume: volumes.length === 0 ? null : sum(volumes) }];
}

/**
 * @param etrm each settlement of the key once. @param postings of it, live.
 * @param difference ledger - ETRM, signed.
 * @param current in a ledger of deltas the newest of the postings, whose price holds for all; else null.
 */
export function explain(
  etrm: readonly EtrmSide[],
  postings: readonly LedgerSide[],
  difference: Decimal,
  current: readonly LedgerSide[] | null = null,
): Explained {
  const first = etrm[0];
  const ledger = current === null ? postings : inOne(postings, current);
  if (!first) return onlyLedger(ledger, difference);
  // Settlements of several prices or sides under one key have no one price to explain by.
  if (etrm.some((row) => compare(row.price, first.price) !== 0 || row.direction !== first.direction)) {
    return parts(difference, ZERO, ZERO);
  }
  const etrmVolume = sum(etrm.map((row) => row.volume));
  const hasVolume = ledger.every((row) => row.volume !== null);
  const ledgerVolume = hasVolume ? sum(ledger.map((row) => row.volume ?? ZERO)) : etrmVolume;
  const volume = cashSigned(first.direction, multiply(subtract(ledgerVolume, etrmVolume), first.price));
  let price = ZERO;
  const single = ledger.length === 1 ? ledger[0] : undefined;
  if (single && single.volume === null && single.price !== null) {
    // An extract without volumes: the price effect is on the volume that was delivered.
    price = multiply(etrmVolume, subtract(single.price, first.price));
  } else {
    for (const row of ledger) {
      if (row.volume === null || row.price === null) continue;
      price = add(price, multiply(row.volume, subtract(row.price, first.price)));
    }
  }
  return parts(difference, volume, cashSigned(first.direction, price));
}
