/**
 * A process to be killed: one command of the product, which says when it begins. Its arguments are the command's; what it
 * prints is what `tieout` prints, after a line `begin`.
 */
import { main } from '../../../electron/cli.ts';

process.stdout.write('{"type":"begin"}\n');
process.exitCode = await main(process.argv.slice(2));
