/** Long answers that the window waits for: each has an id of the asker, tells how far it is, and can be cancelled. */
import { z } from 'zod';

/** Given by the asker; one that is asked again with the same id is another. */
export const askId = z.string().min(1).max(100);

export interface AskProgress {
  readonly askId: string;
  /** As a user reads it: "Reading the extract". */
  readonly step: string;
  readonly done: number;
  readonly total: number | null;
}
