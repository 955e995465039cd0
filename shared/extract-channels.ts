/** The channels of the extracts screen. Files are named by ids that the main process gave out, never by a path. */
import { z } from 'zod';
import { askId } from './asks.ts';
import {
  EXTRACT_CHANGE_KINDS,
  type ExtractChangeRow,
  type ExtractFault,
  type ExtractPreview,
  type ExtractView,
  type ListedMapping,
  type MappingDetail,
} from './extracts.ts';
import type { RowWindow } from './views.ts';

interface Channel<Args extends z.ZodType, Result> {
  readonly args: Args;
  /** Type only. */
  readonly result?: Result;
}

function channel<Result>() {
  return <Args extends z.ZodType>(args: Args): Channel<Args, Result> => ({ args });
}

const nothing = z.undefined();
const month = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/);
const id = z.string().min(1).max(100);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const rowsOf = { offset: z.int().min(0), limit: z.int().min(1).max(500) };

/** How a file is to be read: by header names, by a saved mapping, or by one that is being made. */
const mapping = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('default') }),
  z.strictObject({ kind: z.literal('saved'), sha256 }),
  z.strictObject({ kind: z.literal('draft'), document: z.string().max(1_000_000) }),
]);

/** A file that waits to be imported. */
export interface OfferedFile {
  readonly fileId: string;
  readonly name: string;
}

export const EXTRACT_CHANNELS = {
  'extracts.list': channel<readonly ExtractView[]>()(z.strictObject({ month })),
  /** Asks for files in the main process; empty where the analyst cancelled the dialog. */
  'extracts.choose': channel<readonly OfferedFile[]>()(nothing),
  /** Files that were dropped on the window and not taken yet. */
  'extracts.dropped': channel<readonly OfferedFile[]>()(nothing),
  /** Every fault is counted; they are asked for by `extracts.faults`. */
  'extracts.preview': channel<ExtractPreview>()(z.strictObject({ fileId: id, mapping, askId })),
  /** Of the file's last preview. */
  'extracts.faults': channel<RowWindow<ExtractFault>>()(z.strictObject({ fileId: id, ...rowsOf })),
  /** Imports a file as a job; a mapping that is being made is saved with it. */
  'extracts.import': channel<{ readonly jobId: string }>()(z.strictObject({ month, fileId: id, mapping })),
  'extracts.changes': channel<RowWindow<ExtractChangeRow>>()(
    z.strictObject({ importId: id, kind: z.enum(EXTRACT_CHANGE_KINDS).nullable(), ...rowsOf }),
  ),
  'mappings.list': channel<readonly ListedMapping[]>()(nothing),
  'mappings.show': channel<MappingDetail>()(z.strictObject({ sha256 })),
} as const;
