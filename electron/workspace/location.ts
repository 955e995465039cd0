import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * Where the default workspace lies: the operating system's application-data folder, the same for the app and the
 * command. @param env for `APPDATA` and `XDG_DATA_HOME`.
 */
export function defaultWorkspace(
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
): string {
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Tieout', 'workspace');
  if (platform === 'win32')
    return join(env.APPDATA ?? join(homedir(), 'AppData', 'Roaming'), 'Tieout', 'workspace');
  return join(env.XDG_DATA_HOME ?? join(env.HOME ?? homedir(), '.local', 'share'), 'tieout', 'workspace');
}
