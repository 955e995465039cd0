/** The grammar of `tieout retention` and `tieout eqr`. */
import type { Command } from 'commander';
import { eqrCommand } from './eqr.ts';
import { retentionHold, retentionPrune, retentionSet, retentionShow } from './retention.ts';
import type { CommonOptions, Session } from './session.ts';

/**
 * @param verb makes a verb with the common options.
 * @param within runs it in a session and keeps its exit code.
 */
export function complianceGrammar(
  program: Command,
  verb: (parent: Command, name: string, description: string) => Command,
  within: (options: CommonOptions, work: (session: Session) => Promise<number>) => Promise<void>,
): void {
  const retention = program
    .command('retention')
    .description('how long months are kept, legal holds, and what is past its time')
    .exitOverride();
  verb(retention, 'show', 'show every month and until when it is kept').action((options) =>
    within(options, retentionShow),
  );
  verb(retention, 'set', 'set how long records are kept')
    .requiredOption('--years <n>', 'from the end of a month or the last act on it, whichever is later')
    .requiredOption('--reason <text>', 'why')
    .action((options) => within(options, (session) => retentionSet(session, options)));
  verb(retention, 'hold', 'put a month under a legal hold: it is kept whatever its age')
    .requiredOption('--month <YYYY-MM>', 'the month')
    .requiredOption('--reason <text>', 'why')
    .action((options) => within(options, (session) => retentionHold(session, 'placed', options)));
  verb(retention, 'release', 'release the legal hold of a month')
    .requiredOption('--month <YYYY-MM>', 'the month')
    .requiredOption('--reason <text>', 'why')
    .action((options) => within(options, (session) => retentionHold(session, 'released', options)));
  verb(retention, 'prune', 'remove the evidence of months that are past their retention; hashes stay')
    .option('--month <YYYY-MM>', 'this month only')
    .option('--dry-run', 'show what would be removed')
    .option('--yes', 'remove it for good')
    .action((options) => within(options, (session) => retentionPrune(session, options)));

  verb(program, 'eqr', "write a month's or a quarter's power sales in the form of an EQR's transactions")
    .option('--month <YYYY-MM>', 'a month')
    .option('--quarter <YYYY-Qn>', 'the three months of a quarter')
    .requiredOption('--out <file>', 'the CSV file; what is absent is listed beside it')
    .option('--seller <name>', 'the seller, where the records name no legal entity')
    .option('--overwrite', 'replace files that exist')
    .action((options) => within(options, (session) => eqrCommand(session, options)));
}
