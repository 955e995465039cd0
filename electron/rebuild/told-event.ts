/** An event of the chain that is done again: its payload read by name, because an earlier Tieout may have told less. */
import { type Sha256, sha256Of } from '../../shared/digest.ts';
import type { JournalEvent } from '../workspace/audit-journal.ts';

/** What an event tells is not enough, or gone: what it recorded cannot be made again from it. */
export class NotEnough extends Error {}

export class ToldEvent {
  readonly seq: number;
  readonly at: string;
  readonly actor: string;
  readonly type: string;
  readonly #payload: JournalEvent['payload'];

  constructor(event: Pick<JournalEvent, 'seq' | 'at' | 'actor' | 'type' | 'payload'>) {
    this.seq = event.seq;
    this.at = event.at;
    this.actor = event.actor;
    this.type = event.type;
    this.#payload = event.payload;
  }

  has(name: string): boolean {
    return Object.hasOwn(this.#payload, name);
  }

  #member(name: string): JournalEvent['payload'][string] {
    const value = this.#payload[name];
    if (value === undefined) throw new NotEnough(`its event does not tell ${name}`);
    return value;
  }

  textOrNull(name: string): string | null {
    const value = this.#member(name);
    if (value === null || typeof value === 'string') return value;
    throw new NotEnough(`the ${name} of its event is no text`);
  }

  text(name: string): string {
    const value = this.textOrNull(name);
    if (value === null) throw new NotEnough(`the ${name} of its event is empty`);
    return value;
  }

  intOrNull(name: string): number | null {
    const value = this.#member(name);
    if (value === null || typeof value === 'number') return value;
    throw new NotEnough(`the ${name} of its event is no number`);
  }

  int(name: string): number {
    const value = this.intOrNull(name);
    if (value === null) throw new NotEnough(`the ${name} of its event is empty`);
    return value;
  }

  texts(name: string): readonly string[] {
    const value = this.#member(name);
    if (typeof value === 'object' && value !== null) return value;
    throw new NotEnough(`the ${name} of its event is no list`);
  }

  sha256(name: string): Sha256 {
    try {
      return sha256Of(this.text(name));
    } catch (error) {
      if (error instanceof NotEnough) throw error;
      throw new NotEnough(`the ${name} of its event is no SHA-256`, { cause: error });
    }
  }
}
