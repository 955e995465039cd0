/** The grammar of `tieout drift`. */
import type { Command } from 'commander';
import { DRIFT_KINDS } from '../../shared/drift.ts';
import { RESOURCES } from '../../shared/resource.ts';
import { driftAccept, driftBaseline, driftList, driftReject } from './drift.ts';
import type { CommonOptions, Session } from './session.ts';

/**
 * @param verb makes a verb with the common options.
 * @param within runs it in a session and keeps its exit code.
 */
export function driftGrammar(
  program: Command,
  verb: (parent: Command, name: string, description: string) => Command,
  within: (options: CommonOptions, work: (session: Session) => Promise<number>) => Promise<void>,
): void {
  const drift = program
    .command('drift')
    .description('where the records left the schema that was accepted')
    .exitOverride();
  const which = (command: Command): Command =>
    command
      .option('--connection <name>', 'one connection only')
      .option('--resource <name>', `one resource only: ${RESOURCES.join(', ')}`)
      .option('--month <YYYY-MM>', 'the newest runs of this month')
      .option('--run <id>', 'one run');
  which(verb(drift, 'list', 'list it, of the newest run of each connection and resource')).action((options) =>
    within(options, (session) => driftList(session, options)),
  );
  const decision = (name: string, description: string): Command =>
    which(verb(drift, name, description))
      .option('--field <name>', 'of this member only')
      .option('--kind <kind>', `of this kind only: ${DRIFT_KINDS.join(', ')}`)
      .option('--all', 'all that is open')
      .requiredOption('--note <text>', 'why');
  decision('accept', 'accept it: from now on it is no drift').action((options) =>
    within(options, (session) => driftAccept(session, options)),
  );
  decision('reject', 'reject it: the vendor is to put it right').action((options) =>
    within(options, (session) => driftReject(session, options)),
  );
  verb(drift, 'baseline', 'show the accepted schema')
    .option('--connection <name>', 'one connection only')
    .option('--resource <name>', `one resource only: ${RESOURCES.join(', ')}`)
    .action((options) => within(options, (session) => driftBaseline(session, options)));
}
