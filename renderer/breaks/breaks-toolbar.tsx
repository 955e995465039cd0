import { useMutation, useQuery } from '@tanstack/react-query';
import { FileDown, FileUp, Keyboard } from 'lucide-react';
import { ToggleButton } from 'react-aria-components/ToggleButton';
import type { BreakFilter } from '../../shared/breaks.ts';
import type { Month } from '../../shared/month.ts';
import type { BridgeError } from '../bridge.ts';
import { SHORTCUTS } from '../month/actions.ts';
import { jobsQuery } from '../month/queries.ts';
import { ActionButton } from '../ui/action-button.tsx';
import { useAnnounce } from '../ui/announcements.tsx';
import { MonthField } from '../ui/month-field.tsx';
import { AskedLine, JobLine } from '../ui/progress-line.tsx';
import { applySheet, exportSheet, pickSheet } from './queries.ts';
import { SheetDialog } from './sheet-dialog.tsx';

interface BreaksToolbarProps {
  readonly month: Month;
  readonly knownMonths: readonly string[];
  readonly onMonth: (month: Month) => void;
  readonly everyMonth: boolean;
  readonly onEveryMonth: (every: boolean) => void;
  /** What is exported. */
  readonly filter: BreakFilter;
  readonly onKeys: () => void;
}

export function BreaksToolbar(props: BreaksToolbarProps) {
  const announce = useAnnounce();
  const failed = ({ code, message }: BridgeError) => announce(code === 'cancelled' ? 'info' : 'bad', message);
  const exporting = useMutation({ ...exportSheet, onError: failed });
  const picking = useMutation({ ...pickSheet, onError: failed });
  const applying = useMutation({ ...applySheet, onSuccess: () => picking.reset(), onError: failed });
  const { data: jobs = [] } = useQuery(jobsQuery);
  const running = jobs.findLast(
    ({ state, kind }) => state === 'running' && (kind === 'break-export' || kind === 'break-import'),
  );
  const picked = picking.data ?? null;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is no toolbar
    <div className="toolbar" role="group" aria-label="Month and workbook">
      <MonthField
        value={props.month}
        onChange={props.onMonth}
        known={props.knownMonths}
        previousShortcut={SHORTCUTS.previousMonth}
        nextShortcut={SHORTCUTS.nextMonth}
      />
      <ToggleButton className="chip" isSelected={props.everyMonth} onChange={props.onEveryMonth}>
        Every month
      </ToggleButton>
      <span className="spacer" />
      {picking.isPending && <AskedLine label="sheet-preview" what="Reading the workbook" />}
      {running && <JobLine job={running} />}
      <ActionButton
        label="Export to Excel…"
        hint="Write what the filter leaves to a workbook, to be edited and imported"
        icon={FileDown}
        isDisabled={running !== undefined}
        isPending={exporting.isPending}
        onPress={() => exporting.mutate(props.filter)}
      />
      <ActionButton
        label="Import edited…"
        hint="Show what an edited workbook changes, and apply it"
        icon={FileUp}
        isDisabled={running !== undefined}
        isPending={picking.isPending}
        onPress={() => picking.mutate()}
      />
      <ActionButton
        label="Keys"
        hint="What the keys do (?)"
        icon={Keyboard}
        iconOnly
        onPress={props.onKeys}
      />
      <SheetDialog
        picked={picked}
        pending={applying.isPending}
        onApply={(skipBad) => {
          if (picked) applying.mutate({ sheet: picked.sheet, skipBad });
        }}
        onClose={() => picking.reset()}
      />
    </div>
  );
}
