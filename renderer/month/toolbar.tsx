import { FileDown, Import, RefreshCw, Scale, ShieldCheck, Square } from 'lucide-react';
import type { ReactNode } from 'react';
import { Header } from 'react-aria-components/Header';
import { Menu, MenuItem, MenuSection, MenuTrigger } from 'react-aria-components/Menu';
import { Popover } from 'react-aria-components/Popover';
import type { Month } from '../../shared/month.ts';
import type { ReportView } from '../../shared/views.ts';
import { ActionButton } from '../ui/action-button.tsx';
import { Choice } from '../ui/choice.tsx';
import { MonthField } from '../ui/month-field.tsx';
import { localTime } from '../ui/zoned-time.ts';
import { type MonthActions, SHORTCUTS } from './actions.ts';

interface ToolbarProps {
  readonly connections: readonly string[];
  readonly connection: string | null;
  readonly onConnection: (name: string) => void;
  readonly month: Month;
  readonly knownMonths: readonly string[];
  readonly onMonth: (month: Month) => void;
  readonly actions: MonthActions;
  readonly reports: readonly ReportView[];
  readonly exportOpen: boolean;
  readonly onExportOpen: (open: boolean) => void;
  /** Beside the month. */
  readonly children?: ReactNode;
}

const REPORTS_LISTED = 5;

export function Toolbar(props: ToolbarProps) {
  const { actions } = props;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is no toolbar
    <div className="toolbar" role="group" aria-label="Month and actions">
      <Choice
        label="Connection"
        options={props.connections}
        value={props.connection}
        onChange={props.onConnection}
        placeholder={props.connections.length === 0 ? 'None stored' : 'Choose a connection'}
        isDisabled={props.connections.length === 0}
      />
      <MonthField
        value={props.month}
        onChange={props.onMonth}
        known={props.knownMonths}
        previousShortcut={SHORTCUTS.previousMonth}
        nextShortcut={SHORTCUTS.nextMonth}
      />
      {props.children}
      <span className="spacer" />
      <ActionButton
        label="Sync"
        hint="Read the month’s settlements from the vendor, page by page"
        icon={RefreshCw}
        shortcut={SHORTCUTS.sync}
        primary
        isDisabled={actions.sync.disabled}
        onPress={actions.sync.act}
      />
      <ActionButton
        label="Cancel"
        hint="Stop what is running; what is committed stays"
        icon={Square}
        shortcut={SHORTCUTS.cancel}
        isDisabled={actions.cancel.disabled || actions.cancel.cancelling}
        onPress={actions.cancel.act}
      />
      <span className="toolbar-gap" />
      <ActionButton
        label="Import ledger"
        hint="Read the ledger extract of the month from a file"
        icon={Import}
        shortcut={SHORTCUTS.import}
        isDisabled={actions.import.disabled}
        onPress={actions.import.act}
      />
      <ActionButton
        label="Reconcile"
        hint="Compare the last finished run with the ledger extract"
        icon={Scale}
        shortcut={SHORTCUTS.reconcile}
        isDisabled={actions.reconcile.disabled}
        onPress={actions.reconcile.act}
      />
      <ActionButton
        label="Verify hashes"
        hint="Compute every hash again from the stored evidence"
        icon={ShieldCheck}
        shortcut={SHORTCUTS.verify}
        isDisabled={actions.verify.disabled}
        onPress={actions.verify.act}
      />
      <MenuTrigger isOpen={props.exportOpen} onOpenChange={props.onExportOpen}>
        <ActionButton
          label="Export report"
          hint="Write the reconciliation to a file"
          icon={FileDown}
          shortcut={SHORTCUTS.export}
          isDisabled={!actions.canExport}
        />
        <Popover className="popover" offset={4} placement="bottom end">
          <Menu className="menu" aria-label="Export report" autoFocus="first">
            <MenuSection>
              <Header className="menu-header">Write a report</Header>
              <MenuItem
                className="menu-item"
                textValue="Workbook"
                onAction={() => actions.exportReport('xlsx')}
              >
                Workbook
                <span className="menu-hint">for Excel</span>
              </MenuItem>
              <MenuItem className="menu-item" textValue="PDF" onAction={() => actions.exportReport('pdf')}>
                PDF
                <span className="menu-hint">to sign</span>
              </MenuItem>
              <MenuItem className="menu-item" textValue="CSV" onAction={() => actions.exportReport('csv')}>
                CSV
                <span className="menu-hint">a file a sheet</span>
              </MenuItem>
              <MenuItem className="menu-item" textValue="JSON" onAction={() => actions.exportReport('json')}>
                JSON
                <span className="menu-hint">for programs</span>
              </MenuItem>
            </MenuSection>
            {props.reports.length > 0 && (
              <MenuSection>
                <Header className="menu-header">Show in its folder</Header>
                {props.reports.slice(0, REPORTS_LISTED).map(({ path, at }) => (
                  <MenuItem
                    key={`${path} ${at}`}
                    id={`${path} ${at}`}
                    className="menu-item"
                    textValue={path}
                    onAction={() => actions.reveal(path)}
                  >
                    <span className="ellipsis" title={path}>
                      {path.split(/[\\/]/).at(-1)}
                    </span>
                    <span className="menu-hint">{localTime(at)}</span>
                  </MenuItem>
                ))}
              </MenuSection>
            )}
          </Menu>
        </Popover>
      </MenuTrigger>
    </div>
  );
}
