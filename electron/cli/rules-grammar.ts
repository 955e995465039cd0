/** The grammar of `tieout rules` and `tieout matches`. */
import type { Command } from 'commander';
import { MATCH_ACTS, type MatchAct } from '../recon/match-decisions.ts';
import { matchesDecide, matchesList } from './matches.ts';
import {
  rulesCheck,
  rulesDefault,
  rulesDryRun,
  rulesList,
  rulesSave,
  rulesSchema,
  rulesShow,
} from './rules.ts';
import type { CommonOptions, Session } from './session.ts';

const ACT_WORDS: Readonly<Record<MatchAct, string>> = {
  confirm: 'make suggested matches matches',
  reject: 'say that suggested matches are none',
  unmatch: 'take matches apart, by match id or settlement id',
  restore: 'take back what was said of matches',
};

/**
 * @param verb makes a verb with the common options.
 * @param within runs it in a session and keeps its exit code.
 */
export function rulesGrammar(
  program: Command,
  verb: (parent: Command, name: string, description: string) => Command,
  within: (options: CommonOptions, work: (session: Session) => Promise<number>) => Promise<void>,
): void {
  const rules = program
    .command('rules')
    .description('rule sets: what a reconciliation matches, and how')
    .exitOverride();
  verb(rules, 'check', 'check a rule file and list every fault')
    .argument('<file>')
    .action((file, options) => within(options, (session) => rulesCheck(session, file)));
  verb(rules, 'show', 'print a rule set as JSON; without a name, the built-in one')
    .argument('[name]', 'a file, a name, or the first digits of its SHA-256')
    .action((name, options) => within(options, (session) => rulesShow(session, name)));
  verb(rules, 'list', 'list the rule sets of the workspace').action((options) => within(options, rulesList));
  verb(rules, 'save', 'save a rule set under its name and revision')
    .argument('<file>')
    .action((file, options) => within(options, (session) => rulesSave(session, file)));
  verb(rules, 'schema', 'print the JSON Schema of a rule file, for editors').action((options) =>
    within(options, rulesSchema),
  );
  verb(rules, 'default', 'print the built-in rule set, to start an own one from').action((options) =>
    within(options, rulesDefault),
  );
  verb(rules, 'dry-run', 'show what a rule set would change of a month, and keep nothing')
    .argument('<rules>', 'a file or a name')
    .requiredOption('--month <YYYY-MM>', 'the month')
    .option('--limit <n>', 'name so many of the items that move', '20')
    .action((name, options) => within(options, (session) => rulesDryRun(session, name, options)));

  const matches = program
    .command('matches')
    .description('matches that a rule made or suggested')
    .exitOverride();
  verb(matches, 'list', 'list them, the suggested ones first')
    .requiredOption('--month <YYYY-MM>', 'the month')
    .option('--state <state>', 'suggested or matched')
    .action((options) => within(options, (session) => matchesList(session, options)));
  for (const act of MATCH_ACTS) {
    verb(matches, act, ACT_WORDS[act])
      .argument('<matches...>', 'match ids as listed')
      .requiredOption('--month <YYYY-MM>', 'the month')
      .requiredOption('--reason <text>', 'why')
      .action((ids, options) => within(options, (session) => matchesDecide(session, act, ids, options)));
  }
}
