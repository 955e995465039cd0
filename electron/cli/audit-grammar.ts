/** The grammar of `tieout audit`. */
import type { Command } from 'commander';
import { auditExport, auditList, auditVerify } from './audit.ts';
import type { CommonOptions, Session } from './session.ts';

/**
 * @param verb makes a verb with the common options.
 * @param within runs it in a session and keeps its exit code.
 */
export function auditGrammar(
  program: Command,
  verb: (parent: Command, name: string, description: string) => Command,
  within: (options: CommonOptions, work: (session: Session) => Promise<number>) => Promise<void>,
): void {
  const audit = program.command('audit').description('the audit chain').exitOverride();
  verb(audit, 'list', 'list its events').action((options) => within(options, auditList));
  verb(audit, 'export', 'write its events, one JSON object a line')
    .option('--out <file>', 'a file instead of standard output')
    .option('--overwrite', 'replace a file that exists')
    .option('--since <seq>', 'only the events after this one, to be put behind an earlier export')
    .action((options) => within(options, (session) => auditExport(session, options)));
  verb(audit, 'verify', 'check every link of it, and every head that is known from elsewhere')
    .option('--head <sha256>', 'a head that it must have, from a report or a signed page')
    .option('--against <files...>', 'manifests, JSON reports or earlier exports whose head it must have')
    .action((options) => within(options, (session) => auditVerify(session, options)));
}
