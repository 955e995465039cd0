import type { LucideIcon } from 'lucide-react';
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
  return (
    <TooltipTrigger delay={500} closeDelay={100}>
      <Button
        {...button}
        {...(shortcut && { 'aria-keyshortcuts': ariaShortcut(shortcut) })}
        aria-label={label}
        className={`button ${primary ? 'primary' : ''} ${iconOnly ? 'square' : ''}`}
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
