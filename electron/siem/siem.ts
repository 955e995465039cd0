/** Forwarding of the audit chain to the SIEM: the targets of a workspace and the loops that serve them. */
import { asTieoutError } from '../../shared/errors.ts';
import type { SiemTargetView } from '../../shared/siem.ts';
import { isoTime } from '../clock.ts';
import type { Log } from '../log/log.ts';
import { DeliveryLog } from './delivery-log.ts';
import { EventStream } from './event-stream.ts';
import { ForwardLoop, type LoopParts, type Until } from './forward-loop.ts';
import { openReceiver } from './open-receiver.ts';
import type { Receiver } from './receiver.ts';
import { type SiemTarget, SiemTargets, type TargetInput, type TargetParts } from './targets.ts';

export interface SiemParts extends TargetParts {
  readonly appVersion: string;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly log: Log;
  /** Told when the state of a target has changed. */
  readonly onChange: () => void;
}

export class Siem {
  readonly #parts: SiemParts;
  readonly #targets: SiemTargets;
  readonly #delivery: DeliveryLog;
  readonly #stream: EventStream;
  readonly #lines: Log;
  /** By the target's id. */
  readonly #loops = new Map<string, ForwardLoop>();
  /** Names of the targets to forward to, `all` with those that are added later; null: none. */
  #following: readonly string[] | 'all' | null = null;
  /** Starting, saving and stopping take turns. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(parts: SiemParts) {
    const { workspace, appVersion } = parts;
    this.#parts = parts;
    this.#targets = new SiemTargets(parts);
    this.#delivery = new DeliveryLog(workspace.database);
    this.#stream = new EventStream(workspace.database, { workspaceId: workspace.id, appVersion });
    this.#lines = parts.log.module('siem');
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => {});
    return turn;
  }

  async #open(target: SiemTarget): Promise<Receiver> {
    const secret = await this.#targets.secret(target);
    return openReceiver(target.settings, secret, { ...this.#parts, workspaceId: this.#parts.workspace.id });
  }

  #serve(target: SiemTarget, until: Until): ForwardLoop {
    const parts: LoopParts = {
      ...this.#parts,
      stream: this.#stream,
      log: this.#delivery,
      lines: this.#lines,
      open: (of) => this.#open(of),
    };
    const loop = new ForwardLoop(parts, target, until);
    this.#loops.set(target.id, loop);
    return loop;
  }

  async #end(id: string): Promise<void> {
    const loop = this.#loops.get(id);
    loop?.abort();
    await loop?.done;
    this.#loops.delete(id);
  }

  async #view(target: SiemTarget): Promise<SiemTargetView> {
    const progress = await this.#delivery.progress(target.id);
    const head = await this.#delivery.head();
    const live = this.#loops.get(target.id)?.live;
    return {
      name: target.name,
      settings: target.settings,
      secret: target.secret,
      state: live?.state ?? 'off',
      seq: progress.seq,
      behind: Math.max(0, head - progress.seq),
      lastSentAt: progress.lastSentAt,
      refused: progress.refused,
      error: live ? live.trouble : progress.trouble,
      retryAt: live?.retryAt ?? null,
    };
  }

  async list(): Promise<readonly SiemTargetView[]> {
    const views: SiemTargetView[] = [];
    for (const target of await this.#targets.list()) views.push(await this.#view(target));
    return views;
  }

  /** @throws TieoutError `siem-unknown`. */
  async view(name: string): Promise<SiemTargetView> {
    return this.#view(await this.#targets.target(name));
  }

  /** @throws TieoutError `siem-invalid`, `credentials-missing`, `keychain-unavailable`. */
  save(input: TargetInput): Promise<SiemTargetView> {
    return this.#inTurn(async () => {
      const before = (await this.#targets.list()).find(({ name }) => name === input.name);
      // Its loop writes the cursor that is set here.
      if (before) await this.#end(before.id);
      try {
        await this.#targets.save(input);
      } finally {
        await this.#serveFollowed();
      }
      return this.view(input.name);
    });
  }

  /** @throws TieoutError `siem-unknown`, `keychain-unavailable`. */
  remove(name: string): Promise<void> {
    return this.#inTurn(async () => {
      const { id } = await this.#targets.target(name);
      await this.#targets.remove(name);
      await this.#end(id);
    });
  }

  /**
   * Sends one event that is not of the chain (for a file: opens it), so that the way is known to be open.
   * @throws TieoutError `siem-unknown`, `siem-undelivered`, `credentials-*`, `keychain-unavailable`.
   */
  async test(name: string, signal: AbortSignal): Promise<void> {
    const target = await this.#targets.target(name);
    const { clock, actor } = this.#parts;
    const receiver = await this.#open(target);
    try {
      await receiver.probe(this.#stream.trial(isoTime(clock.now()), actor, name), signal);
    } finally {
      await receiver.close();
    }
  }

  async #serveFollowed(): Promise<void> {
    const followed = this.#following;
    if (followed === null) return;
    for (const target of await this.#targets.list()) {
      if (this.#loops.has(target.id)) continue;
      if (followed === 'all' || followed.includes(target.name)) this.#serve(target, 'aborted');
    }
  }

  /** Forwards to these targets from now on, by default to all and those added later. Never throws: nobody waits for it. */
  follow(names: readonly string[] | 'all' = 'all'): Promise<void> {
    return this.#inTurn(async () => {
      this.#following = names;
      await this.#serveFollowed();
    }).catch((error: unknown) => {
      this.#lines.error('forwarding did not start', { error: asTieoutError(error).message });
    });
  }

  /**
   * Forwards until these targets have the whole chain, or wait for a person, or the signal is aborted.
   * @throws TieoutError `siem-unknown`.
   */
  async untilEmpty(names: readonly string[], signal: AbortSignal): Promise<void> {
    const targets = await Promise.all(names.map((name) => this.#targets.target(name)));
    const loops = targets.map((target) => this.#serve(target, 'empty'));
    const abort = (): void => {
      for (const loop of loops) loop.abort();
    };
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    await Promise.all(loops.map((loop) => loop.done));
    signal.removeEventListener('abort', abort);
  }

  /**
   * Ends forwarding: what can be sent within `flushMs` is sent, targets that fail are not waited for. The rest stays
   * for the next time.
   */
  stop(flushMs: number): Promise<void> {
    return this.#inTurn(async () => {
      this.#following = null;
      const loops = [...this.#loops.values()];
      const ended = Promise.all(loops.map((loop) => loop.done));
      if (loops.length > 0 && flushMs > 0) {
        for (const loop of loops) loop.flush();
        const patience = new AbortController();
        const over = this.#parts.clock.sleep(flushMs, patience.signal).catch(() => {});
        await Promise.race([ended, over]);
        patience.abort();
      }
      for (const loop of loops) loop.abort();
      await ended;
      this.#loops.clear();
    });
  }
}
