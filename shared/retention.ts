/** How long months are kept. */

export interface RetainedMonth {
  readonly month: string;
  /** `YYYY-MM-DD`: the last day of its retention. */
  readonly until: string;
  readonly past: boolean;
  /** Why it is under a legal hold; null where it is not. */
  readonly hold: string | null;
  /** Its close was approved. */
  readonly locked: boolean;
  /** Documents of its evidence that were removed. */
  readonly pruned: number;
}

export interface RetentionView {
  readonly years: number;
  readonly isDefault: boolean;
  readonly months: readonly RetainedMonth[];
}
