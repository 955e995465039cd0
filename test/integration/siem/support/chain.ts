/** A forwarded event as a receiver reads it, and its chain checked by hand: no code of the product. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

export interface Received {
  readonly seq: number;
  readonly at: string;
  readonly actor: string;
  readonly type: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly prev_sha256: string;
  readonly sha256: string;
  readonly context: Readonly<Record<string, unknown>>;
}

/** Strict: exactly the members that are promised, of their types. */
export function received(json: string): Received {
  const event: unknown = JSON.parse(json);
  if (typeof event !== 'object' || event === null) throw new Error(`not an event: ${json}`);
  const members = ['seq', 'at', 'actor', 'type', 'payload', 'prev_sha256', 'sha256', 'context'];
  if (Object.keys(event).join() !== members.join()) throw new Error(`other members: ${Object.keys(event)}`);
  return event as Received;
}

/** `json.dumps(value, sort_keys=True)` for text, whole numbers, nulls, lists and objects of them. */
function pythonJson(value: unknown): string {
  if (typeof value === 'string') {
    return JSON.stringify(value).replace(/[^\x20-\x7e]/g, (letter) => {
      return `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`;
    });
  }
  if (Array.isArray(value)) return `[${value.map(pythonJson).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
    return `{${members.map(([name, inner]) => `${pythonJson(name)}: ${pythonJson(inner)}`).join(', ')}}`;
  }
  return JSON.stringify(value);
}

/** What is wrong with the chain of these events, duplicates apart; null where each link holds from the first on. */
export function chainFault(events: readonly Received[]): string | null {
  const bySeq = new Map<number, Received>();
  for (const event of events) {
    const before = bySeq.get(event.seq);
    if (before && before.sha256 !== event.sha256) return `event ${event.seq} came in two forms`;
    bySeq.set(event.seq, event);
  }
  let head = '0'.repeat(64);
  for (let seq = 1; seq <= bySeq.size; seq += 1) {
    const event = bySeq.get(seq);
    if (!event) return `event ${seq} is missing`;
    const { sha256, context: _, ...hashed } = event;
    if (event.prev_sha256 !== head) return `event ${seq} does not follow`;
    if (createHash('sha256').update(pythonJson(hashed)).digest('hex') !== sha256)
      return `event ${seq} differs`;
    head = sha256;
  }
  return null;
}

/** The events of a file of JSON lines; a torn last line is a fault. */
export function linesOf(path: string): readonly Received[] {
  const text = readFileSync(path, 'utf8');
  if (text !== '' && !text.endsWith('\n')) throw new Error(`${path} ends in a torn line`);
  return text.split('\n').slice(0, -1).map(received);
}
