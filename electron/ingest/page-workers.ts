/**
 * Pages are read on threads of their own, so that the main thread is free for the network, the window and the database.
 * A page is independent of every other, so that any thread may read it; order is the commit's matter.
 */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { type ErrorShape, TieoutError } from '../../shared/errors.ts';
import type { CalendarFile } from './calendars/calendar-file.ts';
import { calendarFiles } from './calendars/calendars.ts';
import type { ReadingPlan, ReadPage } from './page-reading.ts';

export type WorkerRequest =
  | {
      readonly type: 'plan';
      readonly plan: number;
      readonly reading: ReadingPlan;
      readonly calendars: readonly CalendarFile[];
    }
  | { readonly type: 'forget'; readonly plan: number }
  | {
      readonly type: 'read';
      readonly id: number;
      readonly plan: number;
      readonly page: number;
      readonly body: Uint8Array<ArrayBuffer>;
      readonly contentType: string | null;
    };

export type WorkerAnswer =
  | { readonly id: number; readonly ok: true; readonly value: ReadPage }
  | { readonly id: number; readonly ok: false; readonly error: ErrorShape };

/** Reads pages by one plan. */
export interface PageReading {
  /**
   * @param body as received, after content-decoding; it is moved to the thread and must not be used any more.
   * @throws TieoutError `vendor-not-json`, `vendor-page-shape`, `vendor-charset`.
   */
  read(page: number, body: Uint8Array, contentType: string | null): Promise<ReadPage>;
  close(): void;
}

/** What a thread may have before it while another is not worth its start: less than a page of a thousand records. */
const ENOUGH_BYTES = 256 * 1024;

interface Waiting {
  readonly bytes: number;
  readonly resolve: (page: ReadPage) => void;
  readonly reject: (error: unknown) => void;
}

/** Of the thread's own heap; bodies and rows lie outside it. */
const YOUNG_MB = 4;

class PageWorker {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  readonly #plans = new Set<number>();
  #bytes = 0;
  failed = false;

  constructor() {
    const file = import.meta.url.endsWith('.ts') ? './page-worker.ts' : './page-worker.js';
    this.#worker = new Worker(new URL(file, import.meta.url), {
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
    });
    // It keeps the process alive only while a page is under way.
    this.#worker.unref();
    this.#worker.on('message', (answer: WorkerAnswer) => {
      const waiting = this.#waiting.get(answer.id);
      this.#done(answer.id);
      if (answer.ok) waiting?.resolve(answer.value);
      else waiting?.reject(new TieoutError(answer.error.code, answer.error.message, answer.error.details));
    });
    this.#worker.on('error', (error) => {
      this.failed = true;
      for (const [id, waiting] of this.#waiting) {
        this.#done(id);
        waiting.reject(error);
      }
    });
  }

  /** Bytes that wait to be read, and those that are. */
  get load(): number {
    return this.#bytes;
  }

  #done(id: number): void {
    this.#bytes -= this.#waiting.get(id)?.bytes ?? 0;
    this.#waiting.delete(id);
    if (this.#waiting.size === 0) this.#worker.unref();
  }

  read(request: Extract<WorkerRequest, { type: 'read' }>, reading: ReadingPlan): Promise<ReadPage> {
    if (!this.#plans.has(request.plan)) {
      this.#plans.add(request.plan);
      this.#tell({ type: 'plan', plan: request.plan, reading, calendars: calendarFiles() });
    }
    return new Promise((resolve, reject) => {
      const bytes = request.body.length;
      this.#waiting.set(request.id, { bytes, resolve, reject });
      this.#bytes += bytes;
      this.#worker.ref();
      this.#tell(request, [request.body.buffer]);
    });
  }

  forget(plan: number): void {
    if (this.#plans.delete(plan) && !this.failed) this.#tell({ type: 'forget', plan });
  }

  #tell(request: WorkerRequest, moved: readonly ArrayBuffer[] = []): void {
    this.#worker.postMessage(request, [...moved]);
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}

/** A body that is a view into a larger buffer cannot be moved alone. */
function movable(body: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer } = body;
  if (buffer instanceof ArrayBuffer && body.byteOffset === 0 && body.byteLength === buffer.byteLength) {
    return new Uint8Array(buffer);
  }
  return new Uint8Array(body);
}

export class PageWorkers {
  readonly #most: number;
  #workers: PageWorker[] = [];
  #plans = 0;
  #reads = 0;

  /** @param most threads; by default one for each core, at most four. Each is started when it is first needed. */
  constructor(most = Math.min(4, availableParallelism())) {
    this.#most = most;
  }

  /** Lets a thread load what it reads with, while the first page is still on its way. */
  start(): void {
    if (this.#workers.length === 0) this.#workers.push(new PageWorker());
  }

  /** To be closed when no more pages of it come. */
  open(reading: ReadingPlan): PageReading {
    this.#plans += 1;
    const plan = this.#plans;
    return {
      read: (page, body, contentType) => {
        this.#reads += 1;
        const moved = movable(body);
        return this.#idlest().read(
          { type: 'read', id: this.#reads, plan, page, body: moved, contentType },
          reading,
        );
      },
      close: () => {
        for (const worker of this.#workers) worker.forget(plan);
      },
    };
  }

  #idlest(): PageWorker {
    this.#workers = this.#workers.filter((worker) => !worker.failed);
    const idle = this.#workers.reduce<PageWorker | null>(
      (least, worker) => (least === null || worker.load < least.load ? worker : least),
      null,
    );
    if (idle !== null && (idle.load < ENOUGH_BYTES || this.#workers.length >= this.#most)) return idle;
    const started = new PageWorker();
    this.#workers.push(started);
    return started;
  }

  async close(): Promise<void> {
    const workers = this.#workers;
    this.#workers = [];
    await Promise.all(workers.map((worker) => worker.close()));
  }
}
