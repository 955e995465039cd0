/** The built app in real Electron, with the same control over it as the host gives. */
import { _electron } from 'playwright-core';
import { dropFiles } from './drop-files.ts';
import type { LaunchedApp } from './launch.ts';
import type { SettledLaunch } from './launch-host.ts';
import type { DesktopAct, DialogAnswer, SentMessage } from './wire.ts';

/** Left in the main process by `takeControl`. */
interface Control {
  readonly answers: DialogAnswer[];
  readonly acts: DesktopAct[];
  readonly sent: SentMessage[];
}

declare global {
  var tieoutTestControl: Control | undefined;
}

const QUIT_MS = 10_000;

export async function launchInElectron(
  executablePath: string,
  { main, env, args, dialogs }: SettledLaunch,
): Promise<LaunchedApp> {
  const sandbox = process.platform === 'linux' ? ['--no-sandbox'] : [];
  const app = await _electron.launch({ executablePath, args: [...sandbox, main, ...args], env });
  let printed = '';
  const child = app.process();
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
    });
  }
  const exitCode = new Promise<number>((resolve) => {
    child.once('close', (code) => resolve(code ?? 137));
  });
  // Runs in Electron's main process, from its source text.
  await app.evaluate(
    ({ BrowserWindow, dialog, shell, app: electronApp }, ready) => {
      const control: Control = { answers: [...ready], acts: [], sent: [] };
      globalThis.tieoutTestControl = control;
      const take = (kind: string, title: string) => {
        control.acts.push({ act: 'dialog', detail: `${kind}: ${title}` });
        const at = control.answers.findIndex((answer) => answer.kind === kind);
        return at < 0 ? undefined : control.answers.splice(at, 1)[0];
      };
      const titleOf = (values: readonly unknown[]): string => {
        const options = values.at(-1);
        const title: unknown = options && typeof options === 'object' ? Reflect.get(options, 'title') : '';
        return String(title ?? '');
      };
      dialog.showOpenDialog = async (...values: readonly unknown[]) => {
        const answer = take('open', titleOf(values));
        const filePaths = answer?.kind === 'open' ? [...answer.filePaths] : [];
        return { canceled: filePaths.length === 0, filePaths };
      };
      dialog.showSaveDialog = async (...values: readonly unknown[]) => {
        const answer = take('save', titleOf(values));
        const filePath = answer?.kind === 'save' ? (answer.filePath ?? '') : '';
        return { canceled: filePath === '', filePath };
      };
      dialog.showMessageBox = async (...values: readonly unknown[]) => {
        const answer = take('message', titleOf(values));
        return { response: answer?.kind === 'message' ? answer.response : 0, checkboxChecked: false };
      };
      shell.openExternal = async (url) => {
        control.acts.push({ act: 'open-external', detail: url });
      };
      shell.showItemInFolder = (path) => {
        control.acts.push({ act: 'show-item', detail: path });
      };
      shell.openPath = async (path) => {
        control.acts.push({ act: 'open-path', detail: path });
        return '';
      };
      const watch = (contents: Electron.WebContents) => {
        contents.print = (_options, done) => {
          control.acts.push({ act: 'print', detail: contents.getURL() });
          done?.(true, '');
        };
        const send = contents.send.bind(contents);
        contents.send = (channel, ...values) => {
          control.sent.push({ channel, args: values });
          send(channel, ...values);
        };
      };
      for (const window of BrowserWindow.getAllWindows()) watch(window.webContents);
      electronApp.on('web-contents-created', (_event, contents) => watch(contents));
    },
    [...dialogs],
  );
  const page = await app.firstWindow();
  await page.waitForLoadState('load');
  return {
    host: 'Electron',
    page,
    close: async () => {
      const timer = setTimeout(() => child.kill('SIGKILL'), QUIT_MS);
      await app.evaluate(({ app: electronApp }) => electronApp.quit()).catch(() => undefined);
      return exitCode.finally(() => clearTimeout(timer));
    },
    electron: {
      answerDialog: (answer) =>
        app.evaluate((_electron_, next) => {
          globalThis.tieoutTestControl?.answers.push(next);
        }, answer),
      clickMenu: async (...path) => {
        const problem = await app.evaluate(({ Menu, BrowserWindow }, labels) => {
          let items = Menu.getApplicationMenu()?.items ?? [];
          for (const [step, label] of labels.entries()) {
            const item = items.find((one) => one.visible && one.label.replaceAll('&', '') === label);
            if (!item) return items.map((one) => one.label).join(', ');
            if (step === labels.length - 1) {
              const window = BrowserWindow.getAllWindows()[0];
              item.click({}, window, window?.webContents);
              return null;
            }
            items = item.submenu?.items ?? [];
          }
          return 'none';
        }, path);
        if (problem !== null)
          throw new Error(`There is no menu item "${path.join(' > ')}"; there are: ${problem}.`);
      },
      sentMessages: () => app.evaluate(() => globalThis.tieoutTestControl?.sent ?? []),
      desktopActs: () => app.evaluate(() => globalThis.tieoutTestControl?.acts ?? []),
      dropFiles: async (paths) => dropFiles(await page.context().newCDPSession(page), page, paths),
      quit: () => app.evaluate(({ app: electronApp }) => electronApp.quit()).catch(() => undefined),
      kill: () => {
        child.kill('SIGKILL');
      },
      exitCode,
      output: () => printed,
    },
  };
}
