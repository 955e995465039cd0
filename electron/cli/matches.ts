/** `tieout matches`: suggested matches confirmed or rejected, matches taken apart. */
import { TieoutError } from '../../shared/errors.ts';
import type { MatchAct } from '../recon/match-decisions.ts';
import { listMatches } from '../recon/match-list.ts';
import { type CommonOptions, monthOption, type Session } from './session.ts';

export interface MatchListOptions extends CommonOptions {
  readonly month: string;
  readonly state?: string;
}

export async function matchesList(session: Session, options: MatchListOptions): Promise<number> {
  const month = monthOption(options.month);
  const state = (['suggested', 'matched'] as const).find((name) => name === options.state) ?? null;
  if (options.state !== undefined && state === null)
    throw new TieoutError('usage', `--state is "${options.state}", not one of suggested, matched.`);
  const { workspace } = await session.app();
  for (const match of await listMatches(workspace.database, month, state)) {
    const decided =
      match.decision === null ? '' : `; ${match.decision} by ${match.decidedBy}: ${match.reason}`;
    session.out.event(
      { type: 'match', ...match },
      `${match.matchId}  ${match.state ?? 'no longer made'}  ${match.settlementId ?? ''}  ${match.rule ?? 'by identity'}  ${match.etrmAmount ?? ''} / ${match.ledgerAmount ?? ''} ${match.currency ?? ''}${decided}`,
    );
  }
  return 0;
}

export interface MatchActOptions extends CommonOptions {
  readonly month: string;
  readonly reason: string;
}

export async function matchesDecide(
  session: Session,
  act: MatchAct,
  matches: readonly string[],
  options: MatchActOptions,
): Promise<number> {
  const month = monthOption(options.month);
  const count = await (await session.app()).decideMatches({ month, act, matches, reason: options.reason });
  session.out.event(
    { type: 'match-act', month, act, matches: count },
    `${count} ${count === 1 ? 'match' : 'matches'} of ${month}: ${act}. Run tieout reconcile --month ${month}, which goes by it.`,
  );
  return 0;
}
