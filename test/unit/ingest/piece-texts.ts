/** What a piece of rows says, read back value by value: rows of texts, a decimal as its value and its digits. */

import type { RecordSchema } from '../../../electron/ingest/record-schema.ts';
import {
  COLUMN_WORDS,
  HEAD_WORDS,
  INLINE_BYTES,
  storedColumns,
} from '../../../electron/ingest/row-layout.ts';

function decimalText(value: bigint): string {
  const digits = (value < 0n ? -value : value).toString().padStart(13, '0');
  return `${value < 0n ? '-' : ''}${digits.slice(0, -12)}.${digits.slice(-12)}`;
}

export function pieceTexts(schema: RecordSchema, piece: Uint8Array): readonly (readonly (string | null)[])[] {
  const columns = storedColumns(schema);
  const view = new DataView(piece.buffer, piece.byteOffset, piece.length);
  const rows: (string | null)[][] = [];
  for (let start = 0; start < piece.length; ) {
    const word = (at: number): number => view.getInt32(start + at * 4, true);
    const texts = start + word(2);
    for (let row = 0; row < word(1); row += 1) {
      rows.push(
        columns.map(({ kind }, at): string | null => {
          const head = HEAD_WORDS + COLUMN_WORDS * at;
          const [data, nulls, long] = [start + word(head), word(head + 1), word(head + 2)];
          if (nulls > 0 && (view.getUint8(start + nulls + (row >> 3)) & (1 << (row & 7))) === 0) return null;
          switch (kind) {
            case 'integer':
            case 'instant':
              return view.getBigInt64(data + row * 8, true).toString();
            case 'boolean':
              return String(view.getUint8(data + row) === 1);
            case 'decimal': {
              const low = view.getBigUint64(data + row * 16, true);
              return decimalText((view.getBigInt64(data + row * 16 + 8, true) << 64n) | low);
            }
            case 'text': {
              const size = view.getInt32(data + row * 16, true);
              const inline = size <= INLINE_BYTES;
              const from = inline ? data + row * 16 + 4 : texts + view.getInt32(data + row * 16 + 8, true);
              const bytes = piece.subarray(from, from + size);
              if (inline) {
                const behind = piece.subarray(from + size, from + INLINE_BYTES);
                if (behind.some((byte) => byte !== 0)) throw new Error('bytes behind a text');
              } else {
                const prefix = piece.subarray(data + row * 16 + 4, data + row * 16 + 8);
                if (long !== 1 || Buffer.compare(prefix, bytes.subarray(0, 4)) !== 0)
                  throw new Error('no prefix');
              }
              return Buffer.from(bytes).toString();
            }
            default:
              throw new Error(`no kind ${String(kind)}`);
          }
        }),
      );
    }
    start += word(0);
  }
  return rows;
}
