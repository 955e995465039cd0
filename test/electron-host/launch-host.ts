/** The built app on the host. */
import { startHost } from './browser/host.ts';
import type { LaunchedApp } from './launch.ts';
import type { DesktopAct, DialogAnswer, SentMessage } from './wire.ts';

export interface SettledLaunch {
  readonly main: string;
  readonly env: Record<string, string>;
  readonly args: readonly string[];
  readonly dialogs: readonly DialogAnswer[];
}

/** An app that ignores its quit is ended after this. */
const QUIT_MS = 10_000;

export async function launchInHost({ main, env, args, dialogs }: SettledLaunch): Promise<LaunchedApp> {
  const answers = [...dialogs];
  const acts: DesktopAct[] = [];
  const sent: SentMessage[] = [];
  let printed = '';
  const app = await startHost({
    main,
    env,
    args,
    output: (text) => {
      printed += text;
    },
    onDialog: (kind, title) => {
      acts.push({ act: 'dialog', detail: `${kind}: ${title}` });
      const at = answers.findIndex((answer) => answer.kind === kind);
      const [answer] = at < 0 ? [] : answers.splice(at, 1);
      if (!answer)
        printed += `Electron host: no answer is ready for the ${kind} dialog "${title}"; cancelled.\n`;
      return answer ?? null;
    },
    onAct: (act) => acts.push(act),
    onSent: (message) => sent.push(message),
  });
  const close = async () => {
    const timer = setTimeout(() => app.kill('SIGKILL'), QUIT_MS);
    await app.quit();
    return app.exitCode.finally(() => clearTimeout(timer));
  };
  const page = await app.page.catch(async (error: unknown) => {
    const code = await app.exitCode;
    throw new Error(`The app ended (exit code ${code}) before it opened a window. It printed:\n${printed}`, {
      cause: error,
    });
  });
  try {
    await page.waitForURL((url) => url.href !== 'about:blank', { waitUntil: 'load', timeout: 30_000 });
  } catch (error) {
    await close();
    throw new Error(`The app's page did not load. The app printed:\n${printed}`, { cause: error });
  }
  return {
    host: 'Chromium host',
    page,
    close,
    electron: {
      answerDialog: async (answer) => {
        answers.push(answer);
      },
      clickMenu: async (...path) => {
        const labels = await app.clickMenu(path);
        if (labels)
          throw new Error(`There is no menu item "${path.join(' > ')}"; there are: ${labels.join(', ')}.`);
      },
      sentMessages: async () => [...sent],
      desktopActs: async () => [...acts],
      dropFiles: app.drop,
      quit: app.quit,
      kill: () => app.kill('SIGKILL'),
      exitCode: app.exitCode,
      output: () => printed,
    },
  };
}
