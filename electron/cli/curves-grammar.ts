/** The grammar of `tieout findings` and `tieout curves`. */
import type { Command } from 'commander';
import { FINDING_CODES } from '../../shared/findings.ts';
import { curvesCompare, curvesList, curvesShow, curvesTolerance, DEFAULT_IN_WORDS } from './curves.ts';
import { findingsList } from './findings.ts';
import type { CommonOptions, Session } from './session.ts';

/**
 * @param verb makes a verb with the common options.
 * @param within runs it in a session and keeps its exit code.
 */
export function curvesGrammar(
  program: Command,
  verb: (parent: Command, name: string, description: string) => Command,
  within: (options: CommonOptions, work: (session: Session) => Promise<number>) => Promise<void>,
): void {
  const ofMonth = (command: Command): Command =>
    command
      .requiredOption('--month <YYYY-MM>', 'the month')
      .option('--connection <name>', 'the run of this connection (default: the newest)');

  const findings = program
    .command('findings')
    .description('what settlements were found to differ in from their trade or curve')
    .exitOverride();
  ofMonth(verb(findings, 'list', "list those of the month's newest finished run"))
    .option('--code <code>', `of this kind only: ${FINDING_CODES.join(', ')}`)
    .action((options) => within(options, (session) => findingsList(session, options)));

  const curves = program
    .command('curves')
    .description('price curves that settlements are checked against')
    .exitOverride();
  ofMonth(verb(curves, 'list', "list the month's snapshots with their hashes")).action((options) =>
    within(options, (session) => curvesList(session, options)),
  );
  ofMonth(verb(curves, 'show', 'show a curve: its snapshots, and the points of one'))
    .argument('<curve>', 'its id')
    .option('--as-of <time>', 'of this snapshot, RFC 3339 (default: the newest in use)')
    .action((curve, options) => within(options, (session) => curvesShow(session, curve, options)));
  verb(curves, 'tolerance', 'set how far a settled price may be off a curve; without options, show it')
    .argument('<curve>', 'its id')
    .option('--absolute <decimal>', "in the price's unit; a settled price is inside by the larger of the two")
    .option('--percent <decimal>', "of the curve's price")
    .option('--default', `back to the default: ${DEFAULT_IN_WORDS}`)
    .action((curve, options) => within(options, (session) => curvesTolerance(session, curve, options)));
  ofMonth(
    verb(curves, 'compare', 'show what the curves and tolerances of now would change in a finished run'),
  ).action((options) => within(options, (session) => curvesCompare(session, options)));
}
