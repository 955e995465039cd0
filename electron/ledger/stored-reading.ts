/** How an extract was read, as the database and the audit chain keep it. */
import { z } from 'zod';
import { EXTRACT_FORMATS, type ExtractReading } from '../../shared/extracts.ts';

const reading = z.object({
  format: z.enum(EXTRACT_FORMATS),
  encoding: z.string().nullable(),
  encoding_found: z.boolean(),
  delimiter: z.string().nullable(),
  quote: z.string().nullable(),
  sheet: z.string().nullable(),
  header_line: z.int().nullable(),
  numbers: z.object({ decimal: z.enum(['.', ',']), thousands: z.enum(['', '.', ',', ' ', "'"]) }),
  // An import of before rows of totals were looked for between the rows has none, and is read so for ever.
  totals: z.literal('groups').optional(),
});

/** @param text JSON. @returns null where it is none of ours. */
export function storedReading(text: string): ExtractReading | null {
  try {
    const read = reading.safeParse(JSON.parse(text));
    return read.success ? read.data : null;
  } catch {
    return null;
  }
}
