/** What the demo found held against what was planted. */
import { compare, type Decimal, decimal } from '../../shared/decimal.ts';
import { FINDING_CODES, type FindingCounts } from '../../shared/findings.ts';
import type { Break, ReconSummary, Totals } from '../../shared/recon.ts';
import type { PlantedFinding } from '../demo/finding-plants.ts';
import type { PlantedTruth } from '../demo/ledger.ts';

function key(category: string, settlementId: string | null): string {
  return `${category} ${settlementId ?? '-'}`;
}

function totalDifferences(name: string, planted: Totals, found: Totals): string[] {
  const currencies = new Set([...Object.keys(planted), ...Object.keys(found)]);
  const zero: Decimal = decimal('0');
  return [...currencies]
    .filter((currency) => compare(planted[currency] ?? zero, found[currency] ?? zero) !== 0)
    .map(
      (currency) =>
        `${name} ${currency} planted ${planted[currency] ?? '-'}, found ${found[currency] ?? '-'}`,
    );
}

/** Every count, total and break that is not as planted, in words. */
export function plantedDifferences(
  truth: PlantedTruth,
  recon: ReconSummary,
  breaks: readonly Break[],
): readonly string[] {
  const said: string[] = [];
  if (truth.matched !== recon.matched) said.push(`matched planted ${truth.matched}, found ${recon.matched}`);
  if (truth.pending !== recon.pending) said.push(`pending planted ${truth.pending}, found ${recon.pending}`);
  said.push(...totalDifferences('ETRM total', truth.etrmTotal, recon.etrm_total));
  said.push(...totalDifferences('ledger total', truth.ledgerTotal, recon.ledger_total));
  const expected = new Map(
    truth.breaks.map((planted) => [key(planted.category, planted.settlementId), planted]),
  );
  for (const found of breaks) {
    const name = key(found.category, found.settlement_id);
    const planted = expected.get(name);
    if (!planted) said.push(`${name} was not planted`);
    else if (compare(planted.difference, found.difference) !== 0) {
      said.push(`${name} planted ${planted.difference}, found ${found.difference}`);
    }
    expected.delete(name);
  }
  for (const name of expected.keys()) said.push(`${name} was not found`);
  return said;
}

/** Every kind of finding that there are more or fewer of than were planted, in words. */
export function findingDifferences(
  planted: readonly PlantedFinding[],
  found: FindingCounts,
): readonly string[] {
  return FINDING_CODES.flatMap((code) => {
    const expected = planted.filter((each) => each.code === code).length;
    const seen = found.by_code[code] ?? 0;
    return expected === seen ? [] : [`${code} planted ${expected}, found ${seen}`];
  });
}
