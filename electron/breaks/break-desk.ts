/** What the doors do with breaks: read them, and act on them. */
import type {
  BreakActResult,
  BreakFilter,
  BreakSort,
  BreakSummary,
  WorkedBreak,
  WorkedBreakDetail,
} from '../../shared/breaks.ts';
import type { RowWindow } from '../../shared/views.ts';
import type { CloseParts } from '../close/parts.ts';
import type { BreakChange } from './act-rules.ts';
import { type Attachment, attachEvidence, attachmentOf } from './attach.ts';
import { actOnBreaks, type BreakChoice } from './break-acts.ts';
import { BreakBook } from './break-book.ts';
import type { LineWatch } from './break-lines.ts';
import { type ExportedSheet, exportBreaks, type SheetExport } from './sheet-export.ts';
import { type ImportedSheet, importBreaks, type SheetImport } from './sheet-import.ts';
import { type StandingSuppression, standingSuppressions } from './standing-suppressions.ts';

export class BreakDesk {
  readonly #parts: CloseParts;
  readonly #book: BreakBook;

  constructor(parts: CloseParts) {
    this.#parts = parts;
    this.#book = new BreakBook(parts.workspace.database, parts.clock);
  }

  window(
    filter: BreakFilter,
    sort: BreakSort,
    rows: { readonly offset: number; readonly limit: number },
  ): Promise<RowWindow<WorkedBreak>> {
    return this.#book.window(filter, sort, rows);
  }

  all(filter: BreakFilter, sort?: BreakSort): AsyncGenerator<readonly WorkedBreak[]> {
    return this.#book.all(filter, sort);
  }

  /** @param month null: every month. */
  summary(month: string | null): Promise<BreakSummary> {
    return this.#book.summary(month);
  }

  /** @throws TieoutError `break-unknown`. */
  detail(breakId: string): Promise<WorkedBreakDetail> {
    return this.#book.detail(breakId);
  }

  /** What is suppressed for months to come, oldest first. */
  suppressions(): Promise<readonly StandingSuppression[]> {
    return standingSuppressions(this.#parts.workspace.database);
  }

  /** @throws TieoutError what `actOnBreaks` throws. */
  act(choice: BreakChoice, change: BreakChange, watch?: LineWatch): Promise<BreakActResult> {
    return actOnBreaks(this.#parts, choice, change, watch);
  }

  /** @throws TieoutError `file-not-found`, `file-unreadable`; what `actOnBreaks` throws. */
  attach(choice: BreakChoice, path: string, note: string, watch?: LineWatch): Promise<BreakActResult> {
    return attachEvidence(this.#parts, choice, { path, note }, watch);
  }

  /**
   * A file that lies beside a break.
   * @param named its name or SHA-256; null: the newest.
   * @throws TieoutError `break-unknown`, `file-not-found`.
   */
  attachment(breakId: string, named: string | null): Promise<Attachment> {
    return attachmentOf(this.#parts, this.#book, breakId, named);
  }

  /** @throws TieoutError `file-exists`, `file-unreadable`, `workspace-full`. */
  exportSheet(request: SheetExport): Promise<ExportedSheet> {
    return exportBreaks(this.#parts, this.#book, request);
  }

  /** @throws TieoutError what `importBreaks` throws. */
  importSheet(request: SheetImport): Promise<ImportedSheet> {
    return importBreaks(this.#parts, request);
  }
}
