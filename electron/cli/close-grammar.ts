/** The grammar of `tieout close` and `tieout netting`. */
import type { Command } from 'commander';
import {
  closeAct,
  closeAdjustments,
  closeSettingsCommand,
  closeStatusCommand,
  nettingCalendars,
  nettingCommand,
} from './close.ts';
import type { CommonOptions, Session } from './session.ts';

const ACTS = [
  ['sign', 'sign the month as its preparer'],
  ['approve', 'approve what is signed, as another identity; this locks the month'],
  ['return', 'give a signed month back to its preparer, with a reason'],
  ['reopen', 'unlock an approved month, with a reason'],
] as const;

/**
 * @param verb makes a verb with the common options.
 * @param within runs it in a session and keeps its exit code.
 */
export function closeGrammar(
  program: Command,
  verb: (parent: Command, name: string, description: string) => Command,
  within: (options: CommonOptions, work: (session: Session) => Promise<number>) => Promise<void>,
): void {
  const close = program.command('close').description('sign a month off, and lock it').exitOverride();
  const ofMonth = (command: Command): Command => command.requiredOption('--month <YYYY-MM>', 'the month');

  ofMonth(verb(close, 'status', 'show who signed what, and whether it has moved')).action((options) =>
    within(options, (session) => closeStatusCommand(session, options)),
  );
  for (const [act, description] of ACTS) {
    ofMonth(verb(close, act, description))
      .option('--reason <text>', 'why')
      .action((options) => within(options, (session) => closeAct(session, act, options)));
  }
  ofMonth(verb(close, 'adjustments', 'list restatements of a locked month, or give them to a later one'))
    .argument('[settlements...]', 'their ids; none: all that wait')
    .option('--assign-to <YYYY-MM>', 'the later month')
    .action((ids, options) => within(options, (session) => closeAdjustments(session, ids, options)));
  verb(close, 'settings', 'print the settings of the close as JSON, or set them from a file')
    .argument('[file]')
    .action((file, options) => within(options, (session) => closeSettingsCommand(session, file)));

  verb(program, 'netting', 'show gross and net by counterparty, agreement, currency and due date')
    .option('--month <YYYY-MM>', 'the month')
    .option('--calendars', 'list the calendars of business days instead')
    .option('--year <YYYY>', 'their days of one year')
    .action((options) =>
      within(options, (session) =>
        options.calendars ? nettingCalendars(session, options.year) : nettingCommand(session, options),
      ),
    );
}
