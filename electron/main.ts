/** The desktop app: lifecycle, one window, menu and services put together. */
import { randomUUID } from 'node:crypto';
import { join, resolve } from 'node:path';
import { app, BrowserWindow, dialog, ipcMain, Menu, shell } from 'electron';
import type { EventChannel, MainEvents } from '../shared/contract.ts';
import { asTieoutError } from '../shared/errors.ts';
import { identityOf } from './actor.ts';
import { systemClock } from './clock.ts';
import { systemKeychain } from './credentials/keychain.ts';
import { Redactor, Secret } from './credentials/secret.ts';
import { bindDrops } from './drops.ts';
import type { Dialogs, PemFile } from './handlers/dialogs.ts';
import { DroppedFiles } from './handlers/extract-handlers.ts';
import { createHandlers } from './handlers/handlers.ts';
import { bindIpc } from './ipc.ts';
import { Asks } from './jobs/asks.ts';
import { Jobs } from './jobs/jobs.ts';
import { createLog } from './log/log.ts';
import { openLogFile } from './log/log-file.ts';
import { menuTemplate } from './menu.ts';
import { runWithElectron } from './own-process.ts';
import { secretVariable } from './siem/targets.ts';
import { VERSION } from './version.ts';
import { denyPermissions, ORIGIN, openWindow, registerScheme, serveRenderer } from './window.ts';
import { Workbench } from './workbench.ts';
import { defaultWorkspace } from './workspace/location.ts';

const here = import.meta.dirname;

function workspaceFolder(): string {
  const named = app.commandLine.getSwitchValue('workspace') || process.env.TIEOUT_WORKSPACE;
  return resolve(named || defaultWorkspace(process.env, process.platform));
}

function send<E extends EventChannel>(channel: E, payload: MainEvents[E]): void {
  for (const window of BrowserWindow.getAllWindows()) window.webContents.send(channel, payload);
}

const PEM_TITLES: Readonly<Record<PemFile, string>> = {
  ca: 'Choose a CA file',
  'client-cert': 'Choose a client certificate',
  'client-key': 'Choose the key of the client certificate',
};

/** In the system's own dialog, in the sizes that the page asks for. */
function printWindow(): Promise<string> {
  const [window] = BrowserWindow.getAllWindows();
  if (!window) return Promise.resolve('there is no window');
  return new Promise((resolved) => {
    window.webContents.print({ printBackground: true }, (done, failure) => {
      // Whoever closes the dialog does not want to print.
      resolved(done || /cancel/i.test(failure) ? '' : failure);
    });
  });
}

const dialogs: Dialogs = {
  openExtract: async () => {
    const answer = await dialog.showOpenDialog({
      title: 'Import a ledger extract',
      properties: ['openFile'],
      filters: [{ name: 'Extracts', extensions: ['csv', 'txt', 'tsv', 'xlsx', 'parquet'] }],
    });
    return answer.canceled ? null : (answer.filePaths[0] ?? null);
  },
  openExtracts: async () => {
    const answer = await dialog.showOpenDialog({
      title: 'Choose ledger extracts',
      properties: ['openFile', 'multiSelections'],
      filters: [
        { name: 'Extracts', extensions: ['csv', 'txt', 'tsv', 'xlsx', 'parquet'] },
        { name: 'All files', extensions: ['*'] },
      ],
    });
    return answer.canceled ? [] : answer.filePaths;
  },
  openCurves: async () => {
    const answer = await dialog.showOpenDialog({
      title: 'Import curves',
      properties: ['openFile'],
      filters: [{ name: 'CSV', extensions: ['csv', 'txt', 'tsv'] }],
    });
    return answer.canceled ? null : (answer.filePaths[0] ?? null);
  },
  openPem: async (what) => {
    const answer = await dialog.showOpenDialog({
      title: PEM_TITLES[what],
      properties: ['openFile'],
      filters: [
        { name: 'PEM', extensions: ['pem', 'crt', 'cer', 'key'] },
        { name: 'All files', extensions: ['*'] },
      ],
    });
    return answer.canceled ? null : (answer.filePaths[0] ?? null);
  },
  openProfile: async () => {
    const answer = await dialog.showOpenDialog({
      title: 'Choose a connection profile',
      properties: ['openFile'],
      filters: [{ name: 'JSON', extensions: ['json'] }],
    });
    return answer.canceled ? null : (answer.filePaths[0] ?? null);
  },
  pickEventFile: async () => {
    const answer = await dialog.showSaveDialog({
      title: 'Choose the file for forwarded events',
      defaultPath: 'tieout-audit.ndjson',
      filters: [{ name: 'JSON lines', extensions: ['ndjson', 'jsonl'] }],
    });
    return answer.canceled ? null : (answer.filePath ?? null);
  },
  openPack: async () => {
    const answer = await dialog.showOpenDialog({
      title: 'Choose an evidence pack',
      properties: ['openFile'],
      filters: [{ name: 'Evidence packs', extensions: ['zip'] }],
    });
    return answer.canceled ? null : (answer.filePaths[0] ?? null);
  },
  savePack: async (suggested) => {
    const answer = await dialog.showSaveDialog({
      title: 'Write the evidence pack',
      defaultPath: suggested,
      filters: [{ name: 'Evidence pack', extensions: ['zip'] }],
    });
    return answer.canceled ? null : (answer.filePath ?? null);
  },
  saveReport: async (suggested, format) => {
    const answer = await dialog.showSaveDialog({
      title: 'Export the report',
      defaultPath: suggested,
      filters: [{ name: format.toUpperCase(), extensions: [format] }],
    });
    return answer.canceled ? null : (answer.filePath ?? null);
  },
  openEvidence: async () => {
    const answer = await dialog.showOpenDialog({
      title: 'Keep a file beside breaks',
      properties: ['openFile'],
    });
    return answer.canceled ? null : (answer.filePaths[0] ?? null);
  },
  saveEvidence: async (suggested) => {
    const answer = await dialog.showSaveDialog({ title: 'Save the file', defaultPath: suggested });
    return answer.canceled ? null : (answer.filePath ?? null);
  },
  openSheet: async () => {
    const answer = await dialog.showOpenDialog({
      title: 'Import an edited workbook of breaks',
      properties: ['openFile'],
      filters: [{ name: 'Excel workbook', extensions: ['xlsx'] }],
    });
    return answer.canceled ? null : (answer.filePaths[0] ?? null);
  },
  saveSheet: async (suggested) => {
    const answer = await dialog.showSaveDialog({
      title: 'Export breaks to a workbook',
      defaultPath: suggested,
      filters: [{ name: 'Excel workbook', extensions: ['xlsx'] }],
    });
    return answer.canceled ? null : (answer.filePath ?? null);
  },
  reveal: (path) => shell.showItemInFolder(path),
  open: (path) => shell.openPath(path),
  print: printWindow,
};

async function start(): Promise<void> {
  await app.whenReady();
  const folder = workspaceFolder();
  const redactor = new Redactor();
  const logFile = openLogFile(join(folder, 'logs'));
  const log = createLog([logFile.sink], redactor);
  const workbench = new Workbench({
    workspaceFolder: folder,
    appVersion: VERSION,
    ...identityOf(process.env),
    clock: systemClock,
    random: Math.random,
    newId: randomUUID,
    keychain: systemKeychain(),
    redactor,
    log,
    siemSecret: (target) => {
      const value = process.env[secretVariable(target)];
      return value === undefined || value === '' ? null : new Secret(value);
    },
    runScript: runWithElectron,
    onSiemChange: () => send('changed', { topics: ['siem'] }),
  });
  const jobs = new Jobs({
    clock: systemClock,
    newId: randomUUID,
    onSnapshot: (snapshot) => send('job', snapshot),
  });
  const asks = new Asks((progress) => send('ask', progress));
  const dropped = new DroppedFiles();
  const handlers = createHandlers({
    workbench,
    jobs,
    asks,
    dialogs,
    dropped,
    changed: (topics) => send('changed', { topics }),
  });
  bindIpc({ ipcMain, handlers, origin: ORIGIN, log: log.module('ipc') });
  bindDrops({
    ipcMain,
    origin: ORIGIN,
    onDrop: (paths) => {
      dropped.add(paths);
      send('dropped', { files: paths.length });
    },
  });

  serveRenderer(join(here, '..', 'renderer'));
  denyPermissions();
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate((command) => send('command', { command }))));
  let window = await openWindow(join(here, '..', 'preload', 'preload.cjs'));

  app.on('second-instance', () => {
    if (window.isMinimized()) window.restore();
    window.focus();
  });
  app.on('activate', () => {
    if (BrowserWindow.getAllWindows().length > 0) return;
    void openWindow(join(here, '..', 'preload', 'preload.cjs')).then((opened) => {
      window = opened;
    });
  });
  let closed = false;
  app.on('before-quit', (event) => {
    if (closed) return;
    event.preventDefault();
    void asks
      .stop()
      .then(() => jobs.stop())
      .then(() => workbench.close())
      .then(() => logFile.close())
      .finally(() => {
        closed = true;
        app.quit();
      });
  });
}

registerScheme();
app.enableSandbox();
app.on('window-all-closed', () => {
  if (process.platform !== 'darwin') app.quit();
});
if (app.requestSingleInstanceLock()) {
  start().catch((error: unknown) => {
    dialog.showErrorBox('Tieout cannot start', asTieoutError(error).message);
    app.exit(1);
  });
} else {
  app.quit();
}
