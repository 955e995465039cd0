/**
 * A process to be killed: one command of the product, which says when it begins. Its arguments are the command's; what it
 * prints is what `tieout` prints, after a line `begin`.
 */
import { pathToFileURL } from 'node:url';

const bundled = process.env.TIEOUT_TEST_COMMAND;
const { main }: typeof import('../../../electron/cli.ts') = await import(
  bundled === undefined ? '../../../electron/cli.ts' : pathToFileURL(bundled).href
);

process.stdout.write('{"type":"begin"}\n');
process.exitCode = await main(process.argv.slice(2));
