/** What the doors do with the close of a month. */
import type {
  Adjustment,
  AdjustmentTotals,
  CloseAct,
  CloseSettings,
  CloseStatus,
  NettingRow,
} from '../../shared/close.ts';
import type { Month } from '../../shared/month.ts';
import { nettingOf } from '../netting/netting.ts';
import { giveAdjustments, restatedSince } from './adjustments.ts';
import type { CloseParts } from './parts.ts';
import { currentSettings, type StoredSettings, setSettings } from './settings.ts';
import { approveMonth, reopenMonth, returnMonth, signMonth } from './sign-off.ts';
import { closeStatus } from './status.ts';

const ACTS = { sign: signMonth, approve: approveMonth, return: returnMonth, reopen: reopenMonth } as const;

export class CloseDesk {
  readonly #parts: CloseParts;

  constructor(parts: CloseParts) {
    this.#parts = parts;
  }

  status(month: Month): Promise<CloseStatus> {
    return closeStatus(this.#parts.workspace.database, month, this.#parts.actor);
  }

  /** @throws TieoutError `right-missing`, `close-refused`, `usage`. */
  act(month: Month, act: keyof typeof ACTS, reason: string): Promise<CloseAct> {
    return ACTS[act](this.#parts, month, reason);
  }

  /** What waits to be given to a later month; empty where the month is not locked. */
  async adjustments(month: Month): Promise<readonly Adjustment[]> {
    return (await restatedSince(this.#parts.workspace.database, month))?.adjustments ?? [];
  }

  /** @param ids settlements; null: all that wait. @throws TieoutError what `giveAdjustments` throws. */
  give(month: Month, toMonth: Month, ids: readonly string[] | null): Promise<readonly AdjustmentTotals[]> {
    return giveAdjustments(this.#parts, month, toMonth, ids);
  }

  settings(): Promise<StoredSettings> {
    return currentSettings(this.#parts.workspace.database);
  }

  /** @throws TieoutError `right-missing`, `nothing-to-do`. */
  setSettings(settings: CloseSettings): Promise<StoredSettings> {
    return setSettings(this.#parts, settings);
  }

  /** @throws TieoutError `nothing-to-do` where the month was not reconciled yet. */
  netting(month: Month): Promise<readonly NettingRow[]> {
    return nettingOf(this.#parts.workspace.database, month);
  }
}
