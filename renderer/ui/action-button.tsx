import type { LucideIcon } from 'lucide-react';
import { useState } from 'react';
import { Button, type ButtonProps } from 'react-aria-components/Button';
import { Tooltip, TooltipTrigger } from 'react-aria-components/Tooltip';
import type { Shortcut } from './shortcut-text.ts';
import { ariaShortcut, shownShortcut } from './shortcuts.ts';

interface ActionButtonProps
  extends Pick<ButtonProps, 'isDisabled' | 'isPending' | 'onPress' | 'aria-haspopup'> {
  readonly label: string;
  /** What it does, in the tooltip. */
  readonly hint: string;
  readonly icon: LucideIcon;
  readonly shortcut?: Shortcut;
  readonly primary?: boolean;
  readonly iconOnly?: boolean;
}

/** A button with an icon, a word, a tooltip that says what it does, and its shortcut. */
export function ActionButton(props: ActionButtonProps) {
  const { label, hint, icon: Icon, shortcut, primary = false, iconOnly = false, ...button } = props;
  const { isDisabled = false, isPending = false } = button;
  const [focused, setFocused] = useState(false);
  // A disabled element loses the focus, and the next key would go nowhere: what starts a job stays where it is.
  const held = isDisabled && focused;
  return (
    <TooltipTrigger delay={500} closeDelay={100}>
      <Button
        {...button}
        isDisabled={isDisabled && !held}
        isPending={isPending || held}
        onFocusChange={setFocused}
        {...(shortcut && { 'aria-keyshortcuts': ariaShortcut(shortcut) })}
        aria-label={label}
        className={`button ${primary ? 'primary' : ''} ${iconOnly ? 'square' : ''} ${held ? 'held' : ''}`}
      >
        <Icon aria-hidden className="icon" />
        {!iconOnly && <span>{label}</span>}
      </Button>
      <Tooltip className="tooltip" offset={6}>
        {hint}
        {shortcut && <kbd>{shownShortcut(shortcut)}</kbd>}
      </Tooltip>
    </TooltipTrigger>
  );
}
