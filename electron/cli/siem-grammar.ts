/** The grammar of `tieout siem`. */
import type { Command } from 'commander';
import { AUDIT_FACILITY, FILE_DEFAULTS } from '../../shared/siem.ts';
import type { CommonOptions, Session } from './session.ts';
import { siemAdd, siemForward, siemList, siemRemove, siemStatus, siemTest } from './siem.ts';

const MEGABYTE = 1_000_000;

/**
 * @param verb makes a verb with the common options.
 * @param within runs it in a session and keeps its exit code.
 */
export function siemGrammar(
  program: Command,
  verb: (parent: Command, name: string, description: string) => Command,
  within: (options: CommonOptions, work: (session: Session) => Promise<number>) => Promise<void>,
): void {
  const siem = program.command('siem').description('forward the audit chain to a SIEM').exitOverride();

  verb(siem, 'add', 'add a target, or change it; its secret goes to the system keychain')
    .argument('<name>')
    .option('--otlp <url>', 'an OTLP/HTTP collector of logs, https://host:4318')
    .option('--hec <url>', 'an HTTP event collector, https://host:8088')
    .option('--syslog <url>', 'a syslog receiver, tls://host:6514 or tcp://host:601')
    .option('--file <path>', 'a rotated file of JSON lines')
    .option('--ca <file>', 'a PEM file with the authority of the receiver')
    .option('--client-cert <file>', 'a PEM file with the client certificate and its chain')
    .option('--client-key <file>', 'a PEM file with its key, without a passphrase')
    .option('--allow-plain', 'allow an unencrypted connection beyond this machine')
    .option(
      '--secret-stdin',
      'read the HEC token, or OTLP headers ("name: value" a line), from standard input',
    )
    .option('--index <name>', 'of an HTTP event collector, where the token leaves it open')
    .option('--facility <n>', 'of syslog, 0 to 23', String(AUDIT_FACILITY))
    .option(
      '--max-mb <n>',
      'megabytes of a file before it is rotated',
      String(FILE_DEFAULTS.maxBytes / MEGABYTE),
    )
    .option('--keep <n>', 'rotated files that stay', String(FILE_DEFAULTS.keep))
    .option(
      '--from <seq>',
      'the first audit event to send, by number, or "now" (default: the first there is)',
    )
    .action((name, options) => within(options, (session) => siemAdd(session, name, options)));

  verb(siem, 'list', 'list the targets').action((options) => within(options, siemList));
  verb(siem, 'remove', 'remove a target, and its secret from the keychain')
    .argument('<name>')
    .action((name, options) => within(options, (session) => siemRemove(session, name)));
  verb(siem, 'test', 'send one test event')
    .argument('<name>')
    .action((name, options) => within(options, (session) => siemTest(session, name)));
  verb(siem, 'status', 'show how far each target has got').action((options) => within(options, siemStatus));
  verb(siem, 'forward', 'send events until interrupted; a sync and the app do it beside their work')
    .option('--target <name>', 'this target only')
    .option('--until-empty', 'end when every event is sent; exit with 3 or 4 where that failed')
    .option('--timeout <seconds>', 'end after this long (default with --until-empty: 60)')
    .action((options) => within(options, (session) => siemForward(session, options)));
}
