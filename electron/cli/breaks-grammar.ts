/** The grammar of `tieout breaks`. */
import type { Command } from 'commander';
import { BREAK_SORTS, BREAK_STATES } from '../../shared/breaks.ts';
import { breaksExport, breaksImport } from './break-sheet.ts';
import {
  breaksAct,
  breaksAttach,
  breaksEvidence,
  breaksList,
  breaksReasons,
  breaksShow,
  breaksSuppressions,
} from './breaks.ts';
import type { CommonOptions, Session } from './session.ts';

/**
 * @param verb makes a verb with the common options.
 * @param within runs it in a session and keeps its exit code.
 */
export function breaksGrammar(
  program: Command,
  verb: (parent: Command, name: string, description: string) => Command,
  within: (options: CommonOptions, work: (session: Session) => Promise<number>) => Promise<void>,
): void {
  const breaks = program.command('breaks').description('breaks, and what is decided of them').exitOverride();
  const filtered = (command: Command): Command =>
    command
      .option('--month <YYYY-MM>', 'of the month')
      .option('--state <state>', BREAK_STATES.join(', '))
      .option('--category <category>', 'of a category')
      .option('--assignee <name>', 'assigned to; "" is nobody')
      .option('--with-reason <code>', 'decided with this reason')
      .option('--counterparty <name>', 'with this counterparty')
      .option('--min-age <days>', 'at least so old')
      .option('--search <text>', 'with this text in an id, counterparty, location or note');
  const some = (name: string, description: string): Command =>
    filtered(
      verb(breaks, name, description).argument(
        '[breaks...]',
        'ids as listed; none: all that the filter leaves',
      ),
    );

  filtered(verb(breaks, 'list', 'list them with state, age and assignee'))
    .option('--sort <by>', BREAK_SORTS.join(', '))
    .option('--limit <n>', 'list so many at most')
    .action((options) => within(options, (session) => breaksList(session, options)));
  verb(breaks, 'show', 'show one with its differences, explanation and history')
    .argument('<break>')
    .action((id, options) => within(options, (session) => breaksShow(session, id)));
  some('assign', 'give them to somebody')
    .requiredOption('--to <name>', 'to whom; "" is nobody')
    .action((ids, options) =>
      within(options, (session) => breaksAct(session, ids, options, { act: 'assign', assignee: options.to })),
    );
  some('comment', 'add a comment')
    .requiredOption('--note <text>', 'what there is to say')
    .action((ids, options) =>
      within(options, (session) => breaksAct(session, ids, options, { act: 'comment', note: options.note })),
    );
  for (const [name, description] of [
    ['resolve', 'resolve open ones with a reason'],
    ['write-off', 'write open ones off, within the limits'],
  ] as const) {
    some(name, description)
      .requiredOption('--reason <code>', 'a code of tieout breaks reasons')
      .option('--note <text>', 'more words')
      .action((ids, options) =>
        within(options, (session) =>
          breaksAct(session, ids, options, { act: name, reason: options.reason, note: options.note ?? '' }),
        ),
      );
  }
  some('reopen', 'take a decision back')
    .option('--note <text>', 'why')
    .action((ids, options) =>
      within(options, (session) =>
        breaksAct(session, ids, options, { act: 'reopen', note: options.note ?? '' }),
      ),
    );
  some('suppress', 'leave them out now and whenever they come again; a right of its own')
    .requiredOption('--note <text>', 'why')
    .option('--future', 'also what is alike in months to come; another right')
    .action((ids, options) =>
      within(options, (session) =>
        breaksAct(session, ids, options, {
          act: options.future ? 'suppress-future' : 'suppress',
          note: options.note,
        }),
      ),
    );
  some('lift', 'end a suppression')
    .option('--note <text>', 'why')
    .option('--future', 'also that of the months to come')
    .action((ids, options) =>
      within(options, (session) =>
        breaksAct(session, ids, options, {
          act: options.future ? 'lift-future' : 'lift',
          note: options.note ?? '',
        }),
      ),
    );
  verb(breaks, 'suppressions', 'list what is suppressed for the months to come').action((options) =>
    within(options, breaksSuppressions),
  );
  filtered(
    verb(breaks, 'attach', 'keep a file as evidence beside breaks')
      .argument('<file>')
      .argument('[breaks...]', 'ids as listed; none: all that the filter leaves'),
  )
    .option('--note <text>', 'what it is')
    .action((file, ids, options) => within(options, (session) => breaksAttach(session, file, ids, options)));
  verb(breaks, 'evidence', 'save a file that lies beside a break')
    .argument('<break>')
    .requiredOption('--out <file>', 'where to')
    .option('--file <name>', 'which, by its name or SHA-256 (default: the newest)')
    .option('--overwrite', 'replace a file that exists')
    .action((id, options) => within(options, (session) => breaksEvidence(session, id, options)));
  verb(breaks, 'reasons', 'list the reason codes, or change them')
    .option('--add <code>', 'a code to add, or to word anew')
    .option('--text <text>', 'what it means')
    .option('--remove <code>', 'a code to remove')
    .action((options) => within(options, (session) => breaksReasons(session, options)));
  filtered(verb(breaks, 'export', 'write them to a workbook, to be edited and imported'))
    .requiredOption('--out <file>', 'the XLSX file')
    .option('--overwrite', 'replace a file that exists')
    .action((options) => within(options, (session) => breaksExport(session, options)));
  verb(breaks, 'import', 'apply what was edited in an exported workbook')
    .argument('<file>', 'the XLSX file')
    .option('--dry-run', 'only show what would change')
    .option('--skip-bad', 'apply the good rows where others have faults')
    .action((file, options) => within(options, (session) => breaksImport(session, file, options)));
}
