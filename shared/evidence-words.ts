/** What a judgement used beyond the plain figures, a line each. */
import { grouped } from './decimal.ts';
import type { Evidence, UsedTolerance } from './recon.ts';

function toleranceInWords(of: string, { value, absolute, percent, derived }: UsedTolerance): string {
  const parts = [
    ...(absolute === undefined ? [] : [`absolute ${absolute}`]),
    ...(percent === undefined ? [] : [`${percent} per cent`]),
    ...(derived === undefined
      ? []
      : [
          `derived ${derived.value} (${derived.roundings} x ${derived.half_unit}, volume ${derived.volume} x ${derived.half_price_unit}; rounded by ${derived.stage}, ${derived.mode}, to ${derived.expected ?? '-'})`,
        ]),
  ];
  return `${of} tolerance ${value}: ${parts.join(', ')}`;
}

export function evidenceInWords(evidence: Evidence | undefined): readonly string[] {
  if (!evidence) return [];
  const { tolerance, volume_tolerance: volume, units = [], fx = [], currencies = [], superseded } = evidence;
  return [
    ...(tolerance ? [toleranceInWords('amount', tolerance)] : []),
    ...(volume ? [toleranceInWords('volume', volume)] : []),
    ...units.map(({ from, to, factor }) => `1 ${from} = ${factor} ${to}`),
    ...fx.map(({ from, to, rate, source, date }) => `1 ${from} = ${rate} ${to} (${source}, ${date})`),
    ...currencies.map(
      ({ currency, etrm, ledger }) => `in ${currency}: ETRM ${grouped(etrm)}, ledger ${grouped(ledger)}`,
    ),
    ...(superseded ? [`${superseded.rows} postings that a newer version replaces`] : []),
  ];
}
