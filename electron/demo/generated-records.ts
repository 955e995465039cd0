import { TieoutError } from '../../shared/errors.ts';
import { type SampleBook, settlementId } from './book.ts';
import type { RecordSet } from './record-set.ts';
import { REFUSALS } from './refused.ts';
import { settlementJson } from './settlement-json.ts';

const RECORDS_PER_BLOCK = 512;
/** Rendered text that is kept; beyond it the block rendered longest ago goes, and is rendered anew when asked for. */
const MAX_KEPT_BYTES = 256 * 1024 * 1024;
/** This many records are rendered before the first request, so that a benchmark measures the client. */
const RENDERED_AHEAD = 100_000;

interface Block {
  readonly bytes: Buffer;
  /** Where each record's text ends. */
  readonly ends: Uint32Array;
}

/** The JSON text of one slot. */
export function slotJson(book: SampleBook, slot: number): string {
  const { seed, month, records } = book;
  const served = book.served(slot);
  const { current, superseded } = book.history(served.settlement);
  if (served.kind === 'refused') {
    const id = settlementId(month, served.settlement).replace('STL', 'REF');
    const refusal = REFUSALS[served.refusal];
    if (!refusal) throw new TieoutError('internal', 'A sample refusal is unknown; this is a defect.');
    return settlementJson({ ...current, settlement_id: id }, seed, records * 2 + slot, refusal);
  }
  const settlement = served.version === 'first' ? (superseded ?? current) : current;
  return settlementJson(settlement, seed, served.settlement * 2 + settlement.version);
}

/** The sample's settlement records as the vendor serves them, rendered by the block. */
export function generatedRecords(book: SampleBook): RecordSet {
  const { records } = book;
  const zones = [...new Set(book.positions.map((position) => position.hub.timezone))];
  const zoneOfPosition = book.positions.map((position) => zones.indexOf(position.hub.timezone));
  const zoneOf = new Uint16Array(records);
  const startMs = new Float64Array(records);
  for (let slot = 0; slot < records; slot += 1) {
    const { settlement } = book.served(slot);
    const position = book.positionOf(settlement);
    zoneOf[slot] = zoneOfPosition[position.ordinal] ?? 0;
    startMs[slot] = position.windows[settlement - position.first]?.startMs ?? Number.NaN;
  }
  const blocks = new RenderedBlocks(book);
  for (let slot = 0; slot < Math.min(records, RENDERED_AHEAD); slot += RECORDS_PER_BLOCK) blocks.bytes(slot);
  return { count: records, zones, zoneOf, startMs, bytes: (slot) => blocks.bytes(slot) };
}

class RenderedBlocks {
  readonly #book: SampleBook;
  readonly #blocks = new Map<number, Block>();
  #keptBytes = 0;

  constructor(book: SampleBook) {
    this.#book = book;
  }

  bytes(slot: number): Uint8Array {
    const number = Math.floor(slot / RECORDS_PER_BLOCK);
    const block = this.#blocks.get(number) ?? this.#render(number);
    const place = slot % RECORDS_PER_BLOCK;
    return block.bytes.subarray(place === 0 ? 0 : block.ends[place - 1], block.ends[place]);
  }

  #render(number: number): Block {
    const from = number * RECORDS_PER_BLOCK;
    const to = Math.min(from + RECORDS_PER_BLOCK, this.#book.records);
    const ends = new Uint32Array(to - from);
    let text = '';
    let end = 0;
    for (let slot = from; slot < to; slot += 1) {
      const json = slotJson(this.#book, slot);
      text += json;
      end += Buffer.byteLength(json);
      ends[slot - from] = end;
    }
    const block = { bytes: Buffer.from(text, 'utf8'), ends };
    this.#blocks.set(number, block);
    this.#keptBytes += block.bytes.length;
    for (const [oldest, { bytes }] of this.#blocks) {
      if (this.#keptBytes <= MAX_KEPT_BYTES || oldest === number) break;
      this.#blocks.delete(oldest);
      this.#keptBytes -= bytes.length;
    }
    return block;
  }
}
