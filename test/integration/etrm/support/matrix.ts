/** One workspace and one vendor with many faces: each face of it serves a month with one thing wrong. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { type App, openApp } from '../../../../electron/app.ts';
import { memoryKeychain } from '../../../../electron/credentials/keychain.ts';
import { Redactor, Secret } from '../../../../electron/credentials/secret.ts';
import type { VendorOverrides } from '../../../../electron/etrm/vendor-settings.ts';
import type { VendorSource } from '../../../../electron/etrm/vendor-source.ts';
import { createLog } from '../../../../electron/log/log.ts';
import { openLogFile } from '../../../../electron/log/log-file.ts';
import { TieoutError } from '../../../../shared/errors.ts';
import type { TieoutEvent } from '../../../../shared/events.ts';
import { type Month, parseMonth } from '../../../../shared/month.ts';
import { NO_PROXY } from './loop.ts';
import { sourceOf } from './open-vendor.ts';
import { TestClock } from './test-clock.ts';
import { CLIENT } from './token-source.ts';

export const PAGES = 3;

/** How a sync ended, as its door would tell it. */
export interface Ending {
  readonly outcome: 'done' | TieoutError['code'];
  readonly exitCode: number;
  readonly message: string;
  /** Pages in the workspace. */
  readonly committed: number;
  /** Attempts kept in the workspace: `GET 2 502 0` is method, page, status or error, delay in ms. */
  readonly kept: readonly string[];
  readonly warnings: readonly string[];
  readonly lines: readonly Record<string, unknown>[];
}

export interface Matrix {
  readonly app: App;
  readonly folder: string;
  readonly clock: TestClock;
  /** Everything that was said to anybody: events, log lines, errors with their causes. */
  readonly said: string[];
  sync(
    source: Partial<VendorSource> & { readonly baseUrl: string; readonly tokenUrl: string },
    overrides?: VendorOverrides,
    concurrency?: number,
    signal?: AbortSignal,
  ): Promise<Ending>;
  /** Closes the workspace and the log, and leaves the folder. */
  close(): Promise<void>;
  remove(): Promise<void>;
}

function march(): Month {
  const month = parseMonth('2024-03');
  if (month === null) throw new Error('no month');
  return month;
}

export async function openMatrix(): Promise<Matrix> {
  const folder = await mkdtemp(join(tmpdir(), 'tieout-matrix-'));
  const clock = new TestClock();
  const redactor = new Redactor();
  const lines: Record<string, unknown>[] = [];
  const said: string[] = [];
  const logFile = openLogFile(join(folder, 'logs'));
  const log = createLog(
    [
      logFile.sink,
      (line) => {
        lines.push(JSON.parse(line));
        said.push(line);
      },
    ],
    redactor,
  );
  let ids = 0;
  const app = await openApp({
    workspaceFolder: folder,
    appVersion: '0.0.0',
    actor: 'matrix',
    clock,
    random: () => 0,
    newId: () => {
      ids += 1;
      return `id-${ids}`;
    },
    keychain: memoryKeychain(),
    redactor,
    log,
  });
  const { database } = app.workspace;
  return {
    app,
    folder,
    clock,
    said,
    async sync(source, overrides = {}, concurrency = 4, signal = new AbortController().signal) {
      const firstLine = lines.length;
      const warnings: string[] = [];
      let runId = '';
      let ending: Pick<Ending, 'outcome' | 'exitCode' | 'message'> = {
        outcome: 'done',
        exitCode: 0,
        message: '',
      };
      try {
        await app.sync({
          source: {
            ...sourceOf(source.baseUrl),
            ...source,
            overrides: { ...overrides, transport: { proxy: NO_PROXY, ...overrides.transport } },
          },
          secret: new Secret(CLIENT.secret),
          month: march(),
          resource: 'settlements',
          pageSize: 2,
          concurrency,
          backoffFactorS: 1.5,
          signal,
          emit: (event: TieoutEvent) => {
            said.push(JSON.stringify(event));
            if (event.type === 'warning') warnings.push(event.code);
          },
          onRun: (run) => {
            runId = run.runId;
          },
        });
      } catch (error) {
        said.push(inspect(error, { depth: Number.POSITIVE_INFINITY }));
        if (!(error instanceof TieoutError)) throw error;
        said.push(JSON.stringify(error.toShape()));
        ending = { outcome: error.code, exitCode: error.exitCode, message: error.message };
      }
      const pages = await database.rows('SELECT page FROM page WHERE run_id = ?', [runId]);
      const attempts = await database.rows(
        'SELECT method, page, status, error, delay_ms FROM attempt WHERE run_id = ? ORDER BY ordinal',
        [runId],
      );
      return {
        ...ending,
        committed: pages.length,
        kept: attempts.map((row) =>
          [
            row.text('method'),
            row.intOrNull('page') ?? '-',
            row.intOrNull('status') ?? row.text('error'),
            row.intOrNull('delay_ms') ?? '-',
          ].join(' '),
        ),
        warnings,
        lines: lines.slice(firstLine),
      };
    },
    async close() {
      await app.close();
      await logFile.close();
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
