import { useQuery } from '@tanstack/react-query';
import { CircleCheck, Ellipsis, MessageSquare, Paperclip, Undo2, UserRound } from 'lucide-react';
import { Button } from 'react-aria-components/Button';
import { Menu, MenuItem, MenuTrigger } from 'react-aria-components/Menu';
import { Popover } from 'react-aria-components/Popover';
import { actFits, type WorkedBreak } from '../../shared/breaks.ts';
import { ActionButton } from '../ui/action-button.tsx';
import { count } from '../ui/quantity.ts';
import type { RowMarks } from '../ui/row-marks.ts';
import type { AskedAct } from './act-dialog.tsx';
import type { BreakActing } from './break-acting.ts';
import { workedBreakQuery } from './queries.ts';

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
      <MenuTrigger>
        <ActionButton
          label="More acts"
          hint={`Write off, suppress or lift ${scope}`}
          icon={Ellipsis}
          iconOnly
          isDisabled={disabled}
        />
        <Popover className="popover" offset={4} placement="bottom end">
          <Menu className="menu" aria-label={`More acts on ${scope}`} autoFocus="first">
            {MORE.map(([act, label, key]) => (
              <MenuItem key={act} className="menu-item" textValue={label} onAction={() => acting.ask(act)}>
                {label}
                <span className="menu-hint">{key}</span>
              </MenuItem>
            ))}
          </Menu>
        </Popover>
      </MenuTrigger>
    </div>
  );
}

/** Acts of the bar that have no button of their own, with the key that does them to the selected break. */
const MORE: readonly (readonly [AskedAct, string, string])[] = [
  ['write-off', 'Write off…', 'W'],
  ['suppress', 'Suppress…', 'S'],
  ['lift', 'Lift the suppression…', 'L'],
  ['suppress-future', 'Suppress in every month…', 'Shift S'],
  ['lift-future', 'Lift in every month…', 'Shift L'],
];

/** What a break's panel offers besides a comment, an assignee and a file. */
const OFFERED: readonly (readonly [AskedAct, string])[] = [
  ['resolve', 'Resolve…'],
  ['write-off', 'Write off…'],
  ['reopen', 'Reopen…'],
  ['suppress', 'Suppress…'],
  ['lift', 'Lift the suppression…'],
  ['suppress-future', 'Suppress in every month…'],
  ['lift-future', 'Lift in every month…'],
];

/** Acts on one break: those that can be done to it as it stands. */
export function OneBreak({ row, acting }: { readonly row: WorkedBreak; readonly acting: BreakActing }) {
  const { data } = useQuery(workedBreakQuery(row.breakId));
  const offered = OFFERED.filter(([act]) => actFits(act, row.state, data?.standing ?? false)).filter(
    // Which of the two it is is known with the details.
    ([act]) => data !== undefined || !act.endsWith('-future'),
  );
  return (
    <div className="letter-one break-one">
      {[...offered, ['assign', 'Assign…'] as const, ['comment', 'Comment…'] as const].map(([act, label]) => (
        <Button key={act} className="button small" onPress={() => acting.ask(act, row)}>
          {label}
        </Button>
      ))}
      <Button className="button small" onPress={() => acting.attach(row)}>
        Keep a file…
      </Button>
    </div>
  );
}
