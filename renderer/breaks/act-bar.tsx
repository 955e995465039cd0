import { CircleCheck, MessageSquare, Paperclip, Undo2, UserRound } from 'lucide-react';
import { Button } from 'react-aria-components/Button';
import type { BreakState, WorkedBreak } from '../../shared/breaks.ts';
import { ActionButton } from '../ui/action-button.tsx';
import { count } from '../ui/quantity.ts';
import type { RowMarks } from '../ui/row-marks.ts';
import type { AskedAct } from './act-dialog.tsx';
import type { BreakActing } from './break-acting.ts';

interface ActBarProps {
  readonly acting: BreakActing;
  readonly marks: RowMarks;
  /** True where the filter leaves nothing. */
  readonly none: boolean;
}

/** Acts on the marked breaks, or on all that the filter leaves. */
export function ActBar({ acting, marks, none }: ActBarProps) {
  const { scope } = acting;
  const disabled = none && marks.ids.length === 0;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is no group of buttons
    <div className="letter-actions" role="group" aria-label="Acts on breaks">
      {marks.ids.length > 0 && (
        <Button className="button small quiet" onPress={marks.clear}>
          Unmark {count(marks.ids.length)}
        </Button>
      )}
      <ActionButton
        label={`Resolve ${scope}…`}
        hint="Resolve the open ones with a reason. Space marks single ones, R resolves the selected one"
        icon={CircleCheck}
        isDisabled={disabled}
        onPress={() => acting.ask('resolve')}
      />
      <ActionButton
        label={`Assign ${scope}…`}
        hint="Give them to somebody (A)"
        icon={UserRound}
        isDisabled={disabled}
        onPress={() => acting.ask('assign')}
      />
      <ActionButton
        label="Comment…"
        hint={`Add a comment to ${scope} (C)`}
        icon={MessageSquare}
        iconOnly
        isDisabled={disabled}
        onPress={() => acting.ask('comment')}
      />
      <ActionButton
        label="Reopen…"
        hint={`Take the decision on ${scope} back (O)`}
        icon={Undo2}
        iconOnly
        isDisabled={disabled}
        onPress={() => acting.ask('reopen')}
      />
      <ActionButton
        label="Keep a file…"
        hint={`Keep a file as evidence beside ${scope} (E)`}
        icon={Paperclip}
        iconOnly
        isDisabled={disabled}
        onPress={() => acting.attach()}
      />
    </div>
  );
}

/** Acts that a break in a state can have, besides a comment and an assignee. */
const ACTS_OF: Readonly<Record<BreakState, readonly (readonly [AskedAct, string])[]>> = {
  open: [
    ['resolve', 'Resolve…'],
    ['write-off', 'Write off…'],
    ['suppress', 'Suppress…'],
    ['suppress-future', 'Suppress in every month…'],
  ],
  resolved: [
    ['reopen', 'Reopen…'],
    ['suppress', 'Suppress…'],
  ],
  'written-off': [
    ['reopen', 'Reopen…'],
    ['suppress', 'Suppress…'],
  ],
  suppressed: [
    ['lift', 'Lift the suppression…'],
    ['lift-future', 'Lift in every month…'],
  ],
  closed: [['suppress', 'Suppress…']],
};

export function OneBreak({ row, acting }: { readonly row: WorkedBreak; readonly acting: BreakActing }) {
  return (
    <div className="letter-one break-one">
      {[...ACTS_OF[row.state], ['assign', 'Assign…'] as const, ['comment', 'Comment…'] as const].map(
        ([act, label]) => (
          <Button key={act} className="button small" onPress={() => acting.ask(act, row)}>
            {label}
          </Button>
        ),
      )}
      <Button className="button small" onPress={() => acting.attach(row)}>
        Keep a file…
      </Button>
    </div>
  );
}
