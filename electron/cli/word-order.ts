/** What was typed, put into the order that the grammar reads: common options may stand before the verb as well. */
import type { Command } from 'commander';
import { TieoutError } from '../../shared/errors.ts';

const FLAGS: readonly string[] = ['--json', '--quiet', '--debug'];
const WORKSPACE = '--workspace';

/**
 * @returns the words with what stands before the verb of the common options put behind it, and `help VERB` as
 *   `VERB --help`.
 * @throws TieoutError `usage` where no verb is named or an option is given in the place of another's value.
 */
export function inOrder(argv: readonly string[], program: Command): readonly string[] {
  if (argv[0] === 'help' && argv.length > 1) {
    const asked = verbOf(argv.slice(1), program);
    const unknown = asked.rest[0];
    if (unknown !== undefined) {
      throw new TieoutError('usage', `unknown command '${unknown}'; see tieout --help.`);
    }
    return [...asked.names, '--help'];
  }
  const { names, options, rest, command } = verbOf(argv, program);
  if (options.length > 0 && rest.length === 0 && command.commands.length > 0) {
    const group = ['tieout', ...names].join(' ');
    throw new TieoutError('usage', `${group} is given without a verb; see ${group} --help.`);
  }
  assertValues(rest, command);
  return [...names, ...options, ...rest];
}

/** The verb, the common options before it, and what follows both. */
function verbOf(
  argv: readonly string[],
  program: Command,
): { names: readonly string[]; options: readonly string[]; rest: readonly string[]; command: Command } {
  const names: string[] = [];
  const options: string[] = [];
  let command = program;
  let at = 0;
  while (command.commands.length > 0) {
    const word = argv[at];
    if (word === undefined) break;
    if (FLAGS.includes(word) || word.startsWith(`${WORKSPACE}=`)) {
      options.push(word);
      at += 1;
    } else if (word === WORKSPACE) {
      const folder = argv[at + 1];
      if (folder === undefined || folder.startsWith('--')) throw valueMissing('--workspace <dir>');
      options.push(word, folder);
      at += 2;
    } else {
      const next = command.commands.find((each) => each.name() === word);
      if (next === undefined) break;
      names.push(word);
      command = next;
      at += 1;
    }
  }
  return { names, options, rest: argv.slice(at), command };
}

/** An option that lacks its value must not take the next option for it: `--out --json` would write a file of that name. */
function assertValues(rest: readonly string[], command: Command): void {
  const named = (word: string | undefined) =>
    word === '--help' ? true : command.options.some((option) => option.long === word);
  for (const [at, word] of rest.entries()) {
    if (word === '--') return;
    const option = command.options.find((each) => each.long === word);
    if (option?.required && named(rest[at + 1])) {
      throw valueMissing(option.flags);
    }
  }
}

function valueMissing(flags: string): TieoutError {
  return new TieoutError('usage', `option '${flags}' argument missing; see tieout --help.`);
}
