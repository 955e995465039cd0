/** The grammar of `tieout report`. */
import type { Command } from 'commander';
import { REPORT_FORMATS, REPORT_SHEETS } from '../../shared/report.ts';
import { reportCommand } from './report.ts';
import type { CommonOptions, Session } from './session.ts';

/**
 * @param verb makes a verb with the common options.
 * @param within runs it in a session and keeps its exit code.
 */
export function reportGrammar(
  program: Command,
  verb: (parent: Command, name: string, description: string) => Command,
  within: (options: CommonOptions, work: (session: Session) => Promise<number>) => Promise<void>,
): void {
  verb(program, 'report', 'write the reconciliation report and its manifest')
    .option('--month <YYYY-MM>', 'the month')
    .option('--format <format>', [...REPORT_FORMATS, 'pack'].join(', '))
    .option('--out <path>', 'the file, or a folder')
    .option('--sheets <names>', `what a workbook or CSV files have, of ${REPORT_SHEETS.join(', ')}`)
    .option('--overwrite', 'replace files that exist')
    .option('--schema', 'print the JSON Schema of a JSON report, and nothing else')
    .addHelpText('after', '\nPower sales in the form of an EQR: tieout eqr --help')
    .action((options) => within(options, (session) => reportCommand(session, options)));
}
