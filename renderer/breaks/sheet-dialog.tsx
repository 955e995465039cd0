import { Button } from 'react-aria-components/Button';
import { Heading } from 'react-aria-components/Heading';
import type { PickedSheet } from '../../shared/close-channels.ts';
import { DialogFrame } from '../ui/dialog-frame.tsx';
import { counted } from '../ui/quantity.ts';

interface SheetDialogProps {
  /** Null shows nothing. */
  readonly picked: PickedSheet | null;
  readonly pending: boolean;
  readonly onApply: (skipBad: boolean) => void;
  readonly onClose: () => void;
}

const LISTED = 200;

/** What an edited workbook would change, and every fault in it, before anything is done. */
export function SheetDialog({ picked, pending, onApply, onClose }: SheetDialogProps) {
  return (
    <DialogFrame isOpen={picked !== null} onClose={onClose} className="sheet-modal">
      {picked && <Preview picked={picked} pending={pending} onApply={onApply} onClose={onClose} />}
    </DialogFrame>
  );
}

function Preview({
  picked,
  pending,
  onApply,
  onClose,
}: Omit<SheetDialogProps, 'picked'> & { readonly picked: PickedSheet }) {
  const { changes, faults, rows } = picked.preview;
  return (
    <div className="decision">
      <Heading slot="title">Apply {picked.file}?</Heading>
      <p>
        {counted(rows, 'row')}, {counted(changes.length, 'change')}, {counted(faults.length, 'fault')}.
      </p>
      {faults.length > 0 && (
        <div className="sheet-list">
          <table className="sides" aria-label="Faults">
            <thead>
              <tr>
                <th scope="col">Row</th>
                <th scope="col">Column</th>
                <th scope="col">What is wrong</th>
              </tr>
            </thead>
            <tbody>
              {faults.slice(0, LISTED).map(({ row, column, message }) => (
                <tr key={`${row} ${column} ${message}`} data-differs>
                  <td className="number">{row}</td>
                  <td>{column}</td>
                  <td>{message}</td>
                </tr>
              ))}
            </tbody>
          </table>
          {faults.length > LISTED && <p className="quiet-text">and {faults.length - LISTED} more</p>}
        </div>
      )}
      {changes.length > 0 && (
        <div className="sheet-list">
          <table className="sides" aria-label="Changes">
            <thead>
              <tr>
                <th scope="col">Row</th>
                <th scope="col">Break</th>
                <th scope="col">Act</th>
                <th scope="col">From</th>
                <th scope="col">To</th>
              </tr>
            </thead>
            <tbody>
              {changes.slice(0, LISTED).map(({ row, breakId, act, from, to }) => (
                <tr key={`${row} ${act}`}>
                  <td className="number">{row}</td>
                  <td className="hex">{breakId}</td>
                  <td>{act}</td>
                  <td>{from || '—'}</td>
                  <td>{to || '—'}</td>
                </tr>
              ))}
            </tbody>
          </table>
          {changes.length > LISTED && <p className="quiet-text">and {changes.length - LISTED} more</p>}
        </div>
      )}
      <div className="dialog-actions">
        <Button className="button" onPress={onClose} autoFocus>
          Leave it
        </Button>
        {faults.length > 0 && (
          <Button
            className="button"
            isDisabled={changes.length === 0}
            isPending={pending}
            onPress={() => onApply(true)}
          >
            Apply the good rows
          </Button>
        )}
        <Button
          className="button primary"
          isDisabled={faults.length > 0 || changes.length === 0}
          isPending={pending}
          onPress={() => onApply(false)}
        >
          Apply
        </Button>
      </div>
    </div>
  );
}
