/** What the host promises of Electron's behaviour, on a small app of its own. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { appHost, type LaunchedApp, launchTieout } from './launch.ts';
import { missingForWindows } from './machine.ts';

const MAIN = join(import.meta.dirname, 'fixture', 'main.js');

const missing = missingForWindows();

beforeEach(({ skip }) => {
  if (missing !== null) skip(missing);
});

describe(`an app on ${appHost()}`, () => {
  const home = mkdtempSync(join(tmpdir(), 'tieout-host-test-'));
  const env = { HOME: home, XDG_CONFIG_HOME: join(home, 'config') };
  let app: LaunchedApp;
  const inPage = (expression: string): Promise<unknown> => app.page.evaluate(expression);

  beforeAll(async () => {
    if (missing !== null) return;
    app = await launchTieout({ main: MAIN, env, dialogs: [{ kind: 'open', filePaths: ['/ledger.csv'] }] });
  });
  afterAll(async () => {
    await app?.close();
    rmSync(home, { recursive: true, force: true });
  });

  describe('messages', () => {
    it('are structured clones both ways', async () => {
      const checks = await inPage(`(async () => {
        const shared = { n: 1 };
        const sent = { map: new Map([['k', new Set([1n])]]), date: new Date(5), nothing: undefined, minus: -0,
          bytes: new Uint8Array([1, 2, 255]), sparse: [1, , 3], twice: [shared, shared], error: new RangeError('x') };
        sent.self = sent;
        const got = await fixture.invoke.echo(sent);
        return {
          map: got.map instanceof Map && got.map.get('k').has(1n), date: got.date.getTime() === 5,
          nothing: 'nothing' in got && got.nothing === undefined, minus: Object.is(got.minus, -0),
          bytes: got.bytes instanceof Uint8Array && got.bytes.join() === '1,2,255',
          sparse: got.sparse.length === 3 && !(1 in got.sparse),
          twice: got.twice[0] === got.twice[1], self: got.self === got, error: got.error.message === 'x',
          copied: got !== sent,
        };
      })()`);
      expect(Object.entries(checks ?? {}).filter(([, holds]) => holds !== true)).toEqual([]);
    });

    it('that cannot be cloned are errors', async () => {
      const message = `.then(() => 'no error', (error) => error.message)`;
      expect(await inPage(`fixture.invoke.echo({ f: () => 1 })${message}`)).toBe(
        'An object could not be cloned.',
      );
      expect(await inPage(`fixture.invoke.function()${message}`)).toBe(
        "Error invoking remote method 'function': Error: An object could not be cloned.",
      );
    });

    it('flatten what a handler throws, fields and all, as Electron does', async () => {
      const error = await inPage(
        `fixture.invoke.fail().then(() => null, (error) => ({ message: error.message, code: error.code }))`,
      );
      expect(error).toEqual({
        message: "Error invoking remote method 'fail': RangeError: no such month",
        code: undefined,
      });
    });

    it('to no handler fail by name', async () => {
      expect(await inPage(`fixture.invoke.nobody().catch((error) => error.message)`)).toBe(
        "Error invoking remote method 'nobody': Error: No handler registered for 'nobody'",
      );
    });

    it('carry the sender as the browser knows it', async () => {
      expect(await inPage('fixture.invoke.sender()')).toMatchObject({
        url: 'app://fixture/index.html',
        origin: 'app://fixture',
        isMainFrame: true,
        parent: null,
      });
    });

    it('reach a listener until it is taken off', async () => {
      await inPage(
        `window.heard = []; window.off = fixture.on('poked', (text) => heard.push(text)); fixture.poke('a')`,
      );
      await expect.poll(() => inPage('heard')).toEqual(['a!']);
      await inPage(`off(); fixture.on('poked', (text) => heard.push('second ' + text)); fixture.poke('b')`);
      await expect.poll(() => inPage('heard')).toEqual(['a!', 'second b!']);
    });
  });

  describe('the page', () => {
    it('runs its own script and no inline one: the content security policy is enforced', async () => {
      expect(await inPage('[window.pageRan, window.inlineRan]')).toEqual([true, undefined]);
    });

    it('sees what the preload script exposes before its first script, and nothing else of it', async () => {
      expect(await inPage('window.bridgeWasThere')).toBe('object');
      expect(
        await inPage(
          '[typeof require, typeof process, typeof module, typeof secretOfThePreload, typeof electronHost]',
        ),
      ).toEqual(['undefined', 'undefined', 'undefined', 'undefined', 'undefined']);
    });

    it('cannot change what is exposed', async () => {
      const state = await inPage(`(() => { 'use strict';
        const refused = (act) => { try { act(); return false; } catch { return true; } };
        return [refused(() => { fixture.extra = 1; }), refused(() => { fixture.invoke.echo = 1; }),
          refused(() => { fixture.list[1].two = 3; }), refused(() => { window.fixture = {}; }), refused(() => { delete window.fixture; })];
      })()`);
      expect(state).toEqual([true, true, true, true, true]);
    });

    it('calls exposed functions at once, and gets their errors', async () => {
      expect(
        await inPage(`(() => { try { fixture.throws(); } catch (error) { return error.message; } })()`),
      ).toBe('from the preload script');
      expect(
        await inPage(`(() => { try { fixture.again(); } catch (error) { return error.message; } })()`),
      ).toMatch(/Cannot bind an API on top of an existing property/);
    });

    it('has a preload script that can require electron only', async () => {
      expect(await inPage('fixture.modules')).toMatch(/module not found: node:fs/);
    });

    it('stays where it is when the app prevents its navigation', async () => {
      const before = app.page.url();
      await app.page.click('#away', { noWaitAfter: true });
      const seen = () => inPage('fixture.invoke.seen().then((seen) => seen.navigations)');
      await expect.poll(seen).toContain('https://elsewhere.invalid/');
      expect(app.page.url()).toBe(before);
    });

    it('opens no window when the app denies it', async () => {
      await app.page.click('#blank');
      const link = { act: 'open-external', detail: 'https://elsewhere.invalid/new' };
      await expect.poll(() => app.electron.desktopActs()).toContainEqual(link);
      await expect.poll(() => app.page.context().pages().length).toBe(1);
    });

    it('has the permissions that the app grants', async () => {
      const state = (name: string) =>
        inPage(`navigator.permissions.query({ name: '${name}' }).then(({ state }) => state)`);
      expect(await state('geolocation')).toBe('denied');
      expect(await state('notifications')).toBe('denied');
      expect(await state('clipboard-write')).toBe('granted');
    });

    it('finds nothing where the app serves nothing', async () => {
      expect(await inPage(`fetch('/absent.js').then(({ status }) => status)`)).toBe(404);
      expect(await inPage('fixture.invoke.seen().then((seen) => seen.requests.at(-1))')).toBe(
        'app://fixture/absent.js',
      );
    });
  });

  describe.runIf(appHost() === 'Chromium host')('what the host lacks', () => {
    it.each([
      ['Tray', 'Tray'],
      ['app.getFileIcon', 'app.getFileIcon'],
      ['event', "app.on('no-such-event')"],
    ])('fails by name: %s', async (asked, name) => {
      expect(await inPage(`fixture.invoke.absent('${asked}')`)).toContain(`does not provide ${name};`);
    });
  });

  describe('the desktop', () => {
    it('answers dialogs from the queue, and cancels where it is empty', async () => {
      expect(await inPage('fixture.invoke.open()')).toEqual(['/ledger.csv']);
      expect(await inPage('fixture.invoke.open()')).toEqual([]);
      await app.electron.answerDialog({ kind: 'save', filePath: '/report.csv' });
      expect(await inPage('fixture.invoke.save()')).toBe('/report.csv');
    });

    it('records what the app shows outside its window', async () => {
      await inPage(`fixture.invoke.reveal('/report.csv')`);
      expect(await app.electron.desktopActs()).toContainEqual({ act: 'show-item', detail: '/report.csv' });
    });

    it('clicks a menu item by its labels, but no disabled one', async () => {
      await inPage(`window.commands = []; fixture.on('menu', (command) => commands.push(command))`);
      await app.electron.clickMenu('Month', 'Sync');
      await expect.poll(() => inPage('commands')).toEqual([{ command: 'sync' }]);
      expect(await app.electron.sentMessages()).toContainEqual({
        channel: 'menu',
        args: [{ command: 'sync' }],
      });
      await expect(app.electron.clickMenu('Month', 'Absent')).rejects.toThrow(/there are: Sync, Off/);
    });

    it('keeps the app’s folders where the environment says', async () => {
      expect(await inPage('fixture.invoke.paths()')).toMatchObject({ appData: env.XDG_CONFIG_HOME });
    });
  });

  describe('the life of the app', () => {
    it('tells the first instance of a second one, which goes', async () => {
      const argument = randomUUID();
      await expect(launchTieout({ main: MAIN, env, args: [argument] })).rejects.toThrow(/exit code 3/);
      await expect
        .poll(() => inPage('fixture.invoke.seen().then((seen) => seen.second.at(-1))'))
        .toBe(argument);
    });

    it('ends when its window is closed', async () => {
      const other = await launchTieout({
        main: MAIN,
        env: { ...env, XDG_CONFIG_HOME: join(home, 'closing') },
      });
      await other.page.close();
      expect(await other.electron.exitCode).toBe(0);
    });

    it('goes on where it prevents the close of its window', async () => {
      const mayClose = join(home, 'may-close');
      const other = await launchTieout({
        main: MAIN,
        args: ['--stay'],
        env: { ...env, XDG_CONFIG_HOME: join(home, 'staying'), FIXTURE_MAY_CLOSE: mayClose },
      });
      await other.electron.quit();
      expect(await other.page.evaluate('1 + 1')).toBe(2);
      writeFileSync(mayClose, '');
      expect(await other.close()).toBe(0);
    });
  });
});
