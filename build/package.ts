/**
 * `npm run package`: builds the app and packages it with electron-builder, to which all arguments go. An Electron
 * that is already unpacked somewhere is named with `-c.electronDist=FOLDER`.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { bundle } from './bundle.ts';
import { ROOT } from './layout.ts';

await bundle();
const builder = join(ROOT, 'node_modules', 'electron-builder', 'cli.js');
const args = [
  '--config',
  join('build', 'electron-builder.yml'),
  '--publish',
  'never',
  ...process.argv.slice(2),
];
const { status, error } = spawnSync(process.execPath, [builder, ...args], { cwd: ROOT, stdio: 'inherit' });
if (error) throw error;
process.exitCode = status ?? 1;
