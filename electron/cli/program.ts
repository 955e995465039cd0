/** The grammar of the command: verbs, options and what each calls. It is public interface (design: "The tieout command"). */
import { Command, CommanderError } from 'commander';
import { LETTER_STATES } from '../../shared/dead-letters.ts';
import { asTieoutError, TieoutError } from '../../shared/errors.ts';
import { RESOURCES } from '../../shared/resource.ts';
import { VERSION } from '../version.ts';
import { auditGrammar } from './audit-grammar.ts';
import { breaksGrammar } from './breaks-grammar.ts';
import { closeGrammar } from './close-grammar.ts';
import { complianceGrammar } from './compliance-grammar.ts';
import { connectCommand } from './connect.ts';
import { withConnectionOptions } from './connection-options.ts';
import { connectionsList, connectionsRemove, connectionsShow } from './connections.ts';
import { curvesGrammar } from './curves-grammar.ts';
import { deadLettersDiscard, deadLettersReopen, deadLettersRetry } from './dead-letter-acts.ts';
import { deadLettersList, deadLettersShow } from './dead-letters.ts';
import { DEMO_DEFAULTS, demoCommand } from './demo.ts';
import { diffCommand } from './diff.ts';
import { driftGrammar } from './drift-grammar.ts';
import { hashCommand } from './hash.ts';
import { importCommand, PREVIEW_ROWS } from './import.ts';
import { mappingsGrammar } from './mappings-grammar.ts';
import { reconcileCommand } from './month-commands.ts';
import { profileCheck, profileDefault, profileList, profileSchema, profileShow } from './profile.ts';
import { rebuildCommand } from './rebuild.ts';
import { recordsCommand } from './records.ts';
import { reportGrammar } from './report-grammar.ts';
import { rulesGrammar } from './rules-grammar.ts';
import { type CommandEnvironment, type CommonOptions, Session } from './session.ts';
import { siemGrammar } from './siem-grammar.ts';
import { SYNC_DEFAULTS, syncCommand } from './sync.ts';
import { VENDOR_DEFAULTS, vendorCommand } from './vendor.ts';
import { verifyWhat } from './verify.ts';
import { inOrder } from './word-order.ts';

/** What a verb's action leaves behind: its exit code. */
interface Outcome {
  code: number;
  /** What commander would have printed beside an error. */
  help: string;
}

/** An empty name is a variable that was not set, not the folder that the shell happens to stand in. */
function aFolder(name: string): string {
  if (name === '') throw new TieoutError('usage', '--workspace is empty; name a folder.');
  return name;
}

function common(command: Command): Command {
  return command
    .option('--workspace <dir>', 'the workspace folder (default: in the application-data folder)', aFolder)
    .option('--json', 'print one JSON event a line')
    .option('--quiet', 'print only errors and what was asked for')
    .option('--debug', 'log to standard error, with stack traces');
}

/** Runs a verb in a session, says its error in one sentence, and keeps its exit code. */
async function within<Options extends CommonOptions>(
  environment: CommandEnvironment,
  outcome: Outcome,
  options: Options,
  work: (session: Session) => Promise<number>,
): Promise<void> {
  const session = new Session(environment, options);
  try {
    outcome.code = await work(session);
  } catch (error) {
    const known =
      environment.signal.aborted && !(error instanceof TieoutError)
        ? new TieoutError('cancelled', 'Interrupted; what was committed stays.', {}, { cause: error })
        : asTieoutError(error);
    session.out.error(known);
    outcome.code = known.exitCode;
  } finally {
    await session.close();
  }
}

function grammar(environment: CommandEnvironment, outcome: Outcome): Command {
  const program = new Command('tieout')
    .description('Ties out a settlement month: sync, hash, reconcile, report.')
    .version(VERSION)
    .exitOverride()
    .showSuggestionAfterError(false)
    .configureOutput({
      writeOut: (text) => void environment.stdout.write(text),
      // An error is said in our own words; what is left is the help of a group that was named without a verb.
      writeErr: (text) => {
        outcome.help += text;
      },
    });

  const verb = (parent: Command, name: string, description: string): Command =>
    common(parent.command(name).description(description)).exitOverride();

  verb(program, 'demo', 'do the whole month on made-up data')
    .option('--out <dir>', 'where workspace, ledger and reports go', DEMO_DEFAULTS.out)
    .option('--month <YYYY-MM>', 'the month to make up', DEMO_DEFAULTS.month)
    .option('--records <n>', 'settlement records', DEMO_DEFAULTS.records)
    .option('--seed <n>', 'same seed, same data', DEMO_DEFAULTS.seed)
    .option('--faults', 'let the vendor fail now and then')
    .action((options) => within(environment, outcome, options, (session) => demoCommand(session, options)));

  verb(program, 'vendor', 'serve an ETRM vendor on this machine')
    .option('--port <n>', 'port on 127.0.0.1; 0 takes a free one', VENDOR_DEFAULTS.port)
    .option('--month <YYYY-MM>', 'the month it has records of', VENDOR_DEFAULTS.month)
    .option('--records <n>', 'settlement records', VENDOR_DEFAULTS.records)
    .option('--seed <n>', 'same seed, same data', VENDOR_DEFAULTS.seed)
    .option('--latency-ms <n>', 'hold every answer back', VENDOR_DEFAULTS.latencyMs)
    .option('--faults', 'fail now and then')
    .option('--tls', 'serve HTTPS with a certificate of its own')
    .option('--records-file <file>', 'serve these settlements, one JSON object a line, as they are')
    .action((options) => within(environment, outcome, options, (session) => vendorCommand(session, options)));

  withConnectionOptions(
    verb(program, 'connect', 'store a connection; its secret goes to the system keychain')
      .argument('<name>')
      .requiredOption('--base-url <url>', 'the vendor API')
      .requiredOption('--token-url <url>', 'the OAuth 2.0 token endpoint')
      .requiredOption('--client-id <id>', 'the client id that the vendor issued')
      .option('--scope <scope>', 'scopes to ask for')
      .option('--allow-http', 'allow plain HTTP beyond this machine')
      .option('--secret-stdin', 'read the client secret from standard input'),
  ).action((name, options) =>
    within(environment, outcome, options, (session) => connectCommand(session, name, options)),
  );

  const connections = program.command('connections').description('stored connections').exitOverride();
  verb(connections, 'list', 'list them').action((options) =>
    within(environment, outcome, options, connectionsList),
  );
  verb(connections, 'show', 'show one with all that it sets')
    .argument('<name>')
    .action((name, options) =>
      within(environment, outcome, options, (session) => connectionsShow(session, name)),
    );
  verb(connections, 'remove', 'remove one, and its secret from the keychain')
    .argument('<name>')
    .action((name, options) =>
      within(environment, outcome, options, (session) => connectionsRemove(session, name)),
    );

  withConnectionOptions(
    verb(program, 'sync', "sync a month's records page by page")
      .option('--connection <name>', 'a stored connection; what is set here goes before it, for this run')
      .requiredOption('--month <YYYY-MM>', 'the month')
      .option('--resource <name>', RESOURCES.join(', '), SYNC_DEFAULTS.resource)
      .option('--concurrency <n>', 'pages under way at once, at most', SYNC_DEFAULTS.concurrency)
      .option('--page-size <n>', 'records a page', SYNC_DEFAULTS.pageSize)
      .option('--base-url <url>', 'with no stored connection: the vendor API')
      .option('--token-url <url>', 'with no stored connection: the token endpoint')
      .option('--client-id <id>', 'with no stored connection; the secret is in TIEOUT_CLIENT_SECRET')
      .option('--scope <scope>', 'with no stored connection: scopes to ask for')
      .option('--allow-http', 'with no stored connection: allow plain HTTP beyond this machine'),
  ).action((options) => within(environment, outcome, options, (session) => syncCommand(session, options)));

  verb(program, 'import', 'import a ledger extract (CSV, XLSX, Parquet) or a file of curves (CSV)')
    .argument('<file>')
    .requiredOption('--as <kind>', 'ledger or curves')
    .requiredOption('--month <YYYY-MM>', 'the month it belongs to')
    .option(
      '--mapping <file|name>',
      'of a ledger: a mapping file, or a saved mapping (default: by header names)',
    )
    .option('--preview', 'show what each column becomes, totals and every fault; import nothing')
    .option('--rows <n>', 'rows of a preview', PREVIEW_ROWS)
    .action((file, options) =>
      within(environment, outcome, options, (session) => importCommand(session, file, options)),
    );

  mappingsGrammar(program, verb, (options, work) => within(environment, outcome, options, work));

  verb(program, 'reconcile', 'compare the synced settlements with the ledger extract')
    .requiredOption('--month <YYYY-MM>', 'the month')
    .option('--rules <rules>', 'a rule file, or a rule set by its name (default: the built-in one)')
    .option('--fail-on-breaks', 'exit with 1 where there are breaks')
    .action((options) =>
      within(environment, outcome, options, (session) => reconcileCommand(session, options)),
    );

  reportGrammar(program, verb, (options, work) => within(environment, outcome, options, work));

  verb(program, 'hash', 'print the page hash of response bodies, as sha256sum prints')
    .argument('<files...>')
    .action((files, options) =>
      within(environment, outcome, options, (session) => hashCommand(session, files)),
    );

  verb(program, 'verify', 'check every hash from the raw evidence, an evidence pack, or a log')
    .argument('[pack]', 'an evidence pack, by itself')
    .option('--month <YYYY-MM>', 'one month only')
    .option('--log <file>', 'hold the page hashes in a log of the Python client against the workspace')
    .action((pack, options) =>
      within(environment, outcome, options, (session) => verifyWhat(session, pack, options)),
    );

  verb(program, 'rebuild', 'make the database anew from the audit chain and the evidence').action((options) =>
    within(environment, outcome, options, rebuildCommand),
  );

  const letters = program.command('dead-letters').description('records that were refused').exitOverride();
  const someLetters = (command: Command): Command =>
    command
      .option('--month <YYYY-MM>', 'of the month: of each connection the newest finished run')
      .option('--run <id>', 'of one run, by its id or the first characters of it')
      .option('--code <code>', 'refused for a reason of this code')
      .option('--field <name>', 'refused for this field')
      .option('--search <text>', 'with this text in the settlement id, the reasons or the record');
  someLetters(verb(letters, 'list', 'list them, each with every reason'))
    .option('--state <state>', LETTER_STATES.join(', '))
    .option('--summary', 'only what they come to')
    .action((options) =>
      within(environment, outcome, options, (session) => deadLettersList(session, options)),
    );
  verb(letters, 'show', 'show one with its record and all that became of it')
    .argument('<letter...>', 'RUN:PAGE:INDEX as listed, or RUN PAGE INDEX')
    .option('--raw', 'print the record alone, as it was received')
    .action((parts, options) =>
      within(environment, outcome, options, (session) => deadLettersShow(session, parts, options)),
    );
  someLetters(verb(letters, 'retry', 'type open ones again, after a profile or master data was put right'))
    .argument('[letters...]', 'RUN:PAGE:INDEX as listed')
    .option('--profile <file>', 'the profile to type them with (default: what their connection has now)')
    .action((ids, options) =>
      within(environment, outcome, options, (session) => deadLettersRetry(session, ids, options)),
    );
  someLetters(verb(letters, 'discard', 'leave open ones out for good, with a reason'))
    .argument('[letters...]', 'RUN:PAGE:INDEX as listed')
    .requiredOption('--reason <text>', 'why')
    .action((ids, options) =>
      within(environment, outcome, options, (session) => deadLettersDiscard(session, ids, options)),
    );
  someLetters(verb(letters, 'reopen', 'take a discard back'))
    .argument('[letters...]', 'RUN:PAGE:INDEX as listed')
    .option('--reason <text>', 'why')
    .action((ids, options) =>
      within(environment, outcome, options, (session) => deadLettersReopen(session, ids, options)),
    );

  verb(program, 'diff', 'show what a later run of a month changed')
    .requiredOption('--month <YYYY-MM>', 'the month')
    .requiredOption(
      '--runs <run...>',
      'the earlier and the later: ids or their first characters, previous, latest',
    )
    .option('--connection <name>', 'among the runs of this connection')
    .option('--resource <name>', 'settlements', 'settlements')
    .option('--limit <n>', 'list so many changes at most')
    .action((options) => within(environment, outcome, options, (session) => diffCommand(session, options)));

  verb(program, 'records', 'list the typed records of a run as they were known')
    .requiredOption('--month <YYYY-MM>', 'the month')
    .option('--run <id>', 'one run (default: the newest that has finished)')
    .option('--as-of <time>', 'as they were known then: a time with its offset')
    .option('--connection <name>', 'among the runs of this connection')
    .option('--csv', 'as CSV')
    .option('--limit <n>', 'list so many at most')
    .action((options) =>
      within(environment, outcome, options, (session) => recordsCommand(session, options)),
    );

  breaksGrammar(program, verb, (options, work) => within(environment, outcome, options, work));

  closeGrammar(program, verb, (options, work) => within(environment, outcome, options, work));

  complianceGrammar(program, verb, (options, work) => within(environment, outcome, options, work));

  driftGrammar(program, verb, (options, work) => within(environment, outcome, options, work));

  const profile = program
    .command('profile')
    .description("connection profiles: how a vendor's API and records are shaped")
    .exitOverride();
  verb(profile, 'check', 'check a profile file and list every fault')
    .argument('<file>')
    .action((file, options) =>
      within(environment, outcome, options, (session) => profileCheck(session, file)),
    );
  verb(profile, 'show', 'print a profile as JSON; without a name, the built-in one')
    .argument('[name]', 'its name, or the first digits of its SHA-256')
    .action((name, options) =>
      within(environment, outcome, options, (session) => profileShow(session, name)),
    );
  verb(profile, 'list', 'list the profiles of the workspace').action((options) =>
    within(environment, outcome, options, profileList),
  );
  verb(profile, 'schema', 'print the JSON Schema of a profile file, for editors').action((options) =>
    within(environment, outcome, options, profileSchema),
  );
  verb(profile, 'default', 'print the built-in profile, to start an own one from').action((options) =>
    within(environment, outcome, options, profileDefault),
  );

  auditGrammar(program, verb, (options, work) => within(environment, outcome, options, work));

  rulesGrammar(program, verb, (options, work) => within(environment, outcome, options, work));

  curvesGrammar(program, verb, (options, work) => within(environment, outcome, options, work));

  siemGrammar(program, verb, (options, work) => within(environment, outcome, options, work));

  return program;
}

/** What the grammar says of words that it cannot read, in our own words. */
function misread(error: CommanderError): TieoutError {
  const message = error.message.replace(/^error: /, '').replace(/\.$/, '');
  return new TieoutError('usage', `${message}; see tieout --help.`);
}

/** @returns the exit code. */
export async function runCommand(argv: readonly string[], environment: CommandEnvironment): Promise<number> {
  const outcome: Outcome = { code: 0, help: '' };
  if (argv.length === 0) {
    environment.stdout.write(grammar(environment, outcome).helpInformation());
    return 2;
  }
  try {
    const program = grammar(environment, outcome);
    await program.parseAsync([...inOrder(argv, program)], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError || error instanceof TieoutError)) throw error;
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    if (error.code === 'commander.help') {
      environment.stdout.write(outcome.help);
      return 2;
    }
    const known = error instanceof TieoutError ? error : misread(error);
    if (argv.includes('--json')) {
      environment.stdout.write(
        `${JSON.stringify({ type: 'error', code: known.code, message: known.message })}\n`,
      );
    }
    environment.stderr.write(`tieout: ${known.message}\n`);
    return known.exitCode;
  }
  return outcome.code;
}
