/** The channels of the rules screen. */
import { z } from 'zod';
import type { Waterfall } from './recon.ts';
import type { DryRun, ListedRules, MatchView } from './rules.ts';

interface Channel<Args extends z.ZodType, Result> {
  readonly args: Args;
  /** Type only. */
  readonly result?: Result;
}

function channel<Result>() {
  return <Args extends z.ZodType>(args: Args): Channel<Args, Result> => ({ args });
}

const month = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/);
const text = z.string().max(1_000_000);
const wanted = z.string().min(1).max(100);

/** What is wrong with a rule text, and where. */
export interface RuleTextFault {
  readonly path: string;
  readonly message: string;
  readonly line: number;
  readonly column: number;
}

/** What the rules of a month came to. */
export interface MonthRules {
  /** Of the newest reconciliation; null where there is none. */
  readonly name: string | null;
  readonly waterfall: Waterfall | null;
  readonly matches: readonly MatchView[];
}

export const RULE_CHANNELS = {
  'rules.list': channel<readonly ListedRules[]>()(z.undefined()),
  /** By name or SHA-256, as the text of a file. */
  'rules.text': channel<string>()(z.strictObject({ wanted })),
  'rules.check': channel<readonly RuleTextFault[]>()(z.strictObject({ text })),
  'rules.save': channel<{ readonly name: string }>()(z.strictObject({ text })),
  /** Nothing is kept. Another one, or `rules.stop`, ends it. */
  'rules.dryRun': channel<DryRun>()(z.strictObject({ month, text })),
  'rules.stop': channel<null>()(z.undefined()),
  'rules.month': channel<MonthRules>()(z.strictObject({ month })),
  'matches.decide': channel<null>()(
    z.strictObject({
      month,
      act: z.enum(['confirm', 'reject', 'unmatch', 'restore']),
      matches: z.array(z.string().min(1).max(300)).min(1).max(10_000),
      reason: z.string().min(1).max(2000),
    }),
  ),
};
