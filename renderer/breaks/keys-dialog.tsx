import { Button } from 'react-aria-components/Button';
import { Heading } from 'react-aria-components/Heading';
import { DialogFrame } from '../ui/dialog-frame.tsx';
import type { AskedAct } from './act-dialog.tsx';

/** Keys of the table of breaks: the letter is the act's. */
const ACT_KEYS: Readonly<Record<string, AskedAct>> = {
  r: 'resolve',
  a: 'assign',
  c: 'comment',
  w: 'write-off',
  o: 'reopen',
  s: 'suppress',
  l: 'lift',
};

/** The act of a key; with Shift, the one that holds for every month. */
export function actOfKey(key: string, shift: boolean): AskedAct | undefined {
  const act = ACT_KEYS[key.toLowerCase()];
  if (!shift) return act;
  if (act === 'suppress') return 'suppress-future';
  return act === 'lift' ? 'lift-future' : act;
}

const KEYS: readonly (readonly [string, string])[] = [
  ['↑ ↓ PgUp PgDn Home End', 'Go through the breaks'],
  ['Enter', 'Show one in full'],
  ['Space', 'Mark one'],
  ['R', 'Resolve'],
  ['A', 'Assign'],
  ['C', 'Comment'],
  ['W', 'Write off'],
  ['O', 'Reopen'],
  ['S', 'Suppress'],
  ['L', 'Lift a suppression'],
  ['Shift S', 'Suppress in every month'],
  ['Shift L', 'Lift in every month'],
  ['E', 'Keep a file beside it'],
  ['/', 'Search'],
  ['Esc', 'Close the details'],
  ['F6', 'Go to the list of screens, and back to the table'],
  ['?', 'These keys'],
];

/** What the keys do. An act is on the marked breaks, else on the selected one. */
export function KeysDialog({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  return (
    <DialogFrame isOpen={open} onClose={onClose}>
      <div className="decision">
        <Heading slot="title">Keys in the table of breaks</Heading>
        <p>An act is on the marked breaks; without a mark, on the selected one.</p>
        <dl className="keys">
          {KEYS.map(([key, what]) => (
            <div key={key}>
              <dt>
                <kbd>{key}</kbd>
              </dt>
              <dd>{what}</dd>
            </div>
          ))}
        </dl>
        <div className="dialog-actions">
          <Button className="button primary" onPress={onClose} autoFocus>
            Close
          </Button>
        </div>
      </div>
    </DialogFrame>
  );
}
