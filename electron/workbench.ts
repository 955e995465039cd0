/** What the window works on: the analyst's workspace, or the sample one with the embedded vendor beside it. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { AppInfo } from '../shared/contract.ts';
import { asTieoutError, TieoutError } from '../shared/errors.ts';
import { type App, type AppConfig, openApp } from './app.ts';
import { memoryKeychain } from './credentials/keychain.ts';
import { Secret } from './credentials/secret.ts';
import { SAMPLE_LEDGER_FILE, writeSampleLedger } from './demo/ledger.ts';
import { startVendor, type Vendor } from './demo/vendor.ts';
import { type RebuildRequest, type Rebuilt, rebuildWorkspace } from './rebuild/rebuild.ts';

/** What the sample is made of. */
export const SAMPLE = { connection: 'sample', month: '2024-03', records: 25_000, seed: 1 } as const;

interface Sample {
  readonly vendor: Vendor;
  readonly ledger: string;
}

/** The audit chain goes to the SIEM for as long as the workspace is open. */
async function forwarding(app: App): Promise<App> {
  await app.siem.follow();
  return app;
}

export class Workbench {
  readonly #config: AppConfig;
  #app: Promise<App> | null = null;
  /** Settled when no rebuild is under way: nothing may open the database meanwhile. */
  #rebuilt: Promise<unknown> = Promise.resolve();
  #sample: Sample | null = null;

  /** @param config of the analyst's own workspace; the sample lies in `sample` beside it. */
  constructor(config: AppConfig) {
    this.#config = config;
  }

  /** The open workspace, opened at the first use. @throws TieoutError `workspace-*`. */
  app(): Promise<App> {
    if (!this.#app) {
      // One opening for all who ask at once; one that failed may be tried again.
      const opening = this.#rebuilt.then(() => openApp(this.#config)).then(forwarding);
      opening.catch(() => {
        if (this.#app === opening) this.#app = null;
      });
      this.#app = opening;
    }
    return this.#app;
  }

  async #closeApp(): Promise<void> {
    const app = this.#app;
    this.#app = null;
    await app?.then(
      (opened) => opened.close(),
      () => {},
    );
  }

  /**
   * Makes the database of the analyst's own workspace anew; it is opened again at its next use.
   * @throws TieoutError `usage` in the sample workspace; what `rebuildWorkspace` throws.
   */
  async rebuild(request: RebuildRequest): Promise<Rebuilt> {
    if (this.#sample)
      throw new TieoutError('usage', 'The sample workspace is made anew when it is opened; leave it first.');
    await this.#closeApp();
    const rebuilding = rebuildWorkspace(this.#config, request);
    this.#rebuilt = rebuilding.catch(() => {});
    return await rebuilding;
  }

  get isSample(): boolean {
    return this.#sample !== null;
  }

  /** The sample's ledger extract. @throws TieoutError `usage` outside the sample workspace. */
  sampleLedger(): string {
    if (this.#sample) return this.#sample.ledger;
    throw new TieoutError('usage', 'The sample extract belongs to the sample workspace; open that first.');
  }

  async openSample(): Promise<{ readonly connection: string; readonly month: string }> {
    if (!this.#sample) {
      const folder = join(this.#config.workspaceFolder, '..', 'sample');
      await mkdir(folder, { recursive: true });
      const vendor = await startVendor({
        month: SAMPLE.month,
        records: SAMPLE.records,
        seed: SAMPLE.seed,
        latencyMs: 40,
        faults: true,
      });
      try {
        const ledger = join(folder, SAMPLE_LEDGER_FILE);
        await writeSampleLedger(ledger, SAMPLE);
        const app = await openApp({
          ...this.#config,
          workspaceFolder: join(folder, 'workspace'),
          keychain: memoryKeychain(),
        });
        await app.connections.save(
          {
            name: SAMPLE.connection,
            baseUrl: vendor.baseUrl,
            tokenUrl: vendor.tokenUrl,
            clientId: vendor.clientId,
            scope: '',
            caFile: null,
            allowHttp: false,
          },
          new Secret(vendor.clientSecret),
        );
        await this.#closeApp();
        this.#app = forwarding(app);
        this.#sample = { vendor, ledger };
      } catch (error) {
        await vendor.close();
        throw error;
      }
    }
    return { connection: SAMPLE.connection, month: SAMPLE.month };
  }

  /** Back to the analyst's own workspace. */
  async closeSample(): Promise<void> {
    if (!this.#sample) return;
    const { vendor } = this.#sample;
    await this.#closeApp();
    this.#sample = null;
    await vendor.close();
  }

  async info(): Promise<AppInfo> {
    const app = await this.app();
    const keychainMessage = this.isSample
      ? null
      : await this.#config.keychain.get('availability').then(
          () => null,
          (error: unknown) => asTieoutError(error).message,
        );
    return {
      version: this.#config.appVersion,
      workspace: app.workspace.folder,
      sample: this.isSample,
      keychain: keychainMessage === null ? 'available' : 'unavailable',
      keychainMessage,
    };
  }

  async close(): Promise<void> {
    await this.#closeApp();
    await this.#sample?.vendor.close();
    this.#sample = null;
  }
}
