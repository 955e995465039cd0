/** The module that stands in for `electron` in the main process. */
import { app } from './app.ts';
import { BrowserWindow } from './browser-window.ts';
import { dialog, nativeTheme, net, powerMonitor, shell } from './desktop.ts';
import { absent, guarded, preventable } from './guard.ts';
import { ipcMain, receive } from './ipc-main.ts';
import { connect } from './link.ts';
import { clickMenu, Menu, MenuItem } from './menu.ts';
import { protocol, serve, session } from './session.ts';
import { utilityProcess } from './utility-process.ts';
import { webContents } from './web-contents.ts';

connect({
  ready: () => app.becomeReady(),
  'scheme.request': serve,
  'page.message': receive,
  'window.will-navigate': (windowId, url) => {
    const contents = webContents.fromId(windowId);
    const event = preventable({ url, isMainFrame: true, isSameDocument: false, frame: contents?.mainFrame });
    contents?.emit('will-frame-navigate', event);
    contents?.emit('will-navigate', event, url);
    return event.defaultPrevented;
  },
  'window.will-open': (windowId, url, disposition) =>
    webContents.fromId(windowId)?.mayOpen(url, disposition) ?? false,
  'window.navigated': (windowId, url) => webContents.fromId(windowId)?.navigated(url),
  'window.loaded': (windowId) => {
    const contents = webContents.fromId(windowId);
    contents?.emit('dom-ready', {});
    contents?.emit('did-finish-load', {});
    BrowserWindow.fromId(windowId)?.emit('ready-to-show');
  },
  'window.titled': (windowId, title) => {
    webContents.fromId(windowId)?.titled(title);
    BrowserWindow.fromId(windowId)?.titled(title);
  },
  'window.closed': (windowId) => BrowserWindow.fromId(windowId)?.gone(),
  'window.crashed': (windowId) => {
    webContents.fromId(windowId)?.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 1 });
  },
  'menu.click': clickMenu,
  quit: () => app.quit(),
});

const guardedApp = guarded('app', app);

export {
  BrowserWindow,
  dialog,
  guardedApp as app,
  ipcMain,
  Menu,
  MenuItem,
  nativeTheme,
  net,
  powerMonitor,
  protocol,
  session,
  shell,
  utilityProcess,
  webContents,
};

export const autoUpdater = absent('autoUpdater');
export const BaseWindow = absent('BaseWindow');
export const clipboard = absent('clipboard');
export const contentTracing = absent('contentTracing');
export const crashReporter = absent('crashReporter');
export const desktopCapturer = absent('desktopCapturer');
export const globalShortcut = absent('globalShortcut');
export const MessageChannelMain = absent('MessageChannelMain');
export const nativeImage = absent('nativeImage');
export const netLog = absent('netLog');
export const Notification = absent('Notification');
export const powerSaveBlocker = absent('powerSaveBlocker');
export const safeStorage = absent('safeStorage');
export const screen = absent('screen');
export const systemPreferences = absent('systemPreferences');
export const Tray = absent('Tray');
export const View = absent('View');
export const WebContentsView = absent('WebContentsView');
export const webFrameMain = absent('webFrameMain');
