import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components/Tabs';
import type { Month } from '../../shared/month.ts';
import type { MonthProps } from '../frame/shown-month.ts';
import { SHORTCUTS } from '../month/actions.ts';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { MonthField } from '../ui/month-field.tsx';
import { count } from '../ui/quantity.ts';
import { AdjustmentsPane } from './adjustments-pane.tsx';
import './close.css';
import { NettingPane } from './netting-pane.tsx';
import { closeStatusQuery } from './queries.ts';
import { SettingsPane } from './settings-pane.tsx';
import { SignOffPane } from './sign-off-pane.tsx';

const TABS = ['sign-off', 'netting', 'adjustments', 'settings'] as const;
type TabName = (typeof TABS)[number];

/** A month signed off and locked, what is paid for it, and what came too late. */
export function CloseScreen({ month, known, onMonth }: MonthProps) {
  return (
    <main className="screen close-screen" aria-label="Close">
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is no toolbar */}
      <div className="toolbar" role="group" aria-label="Month">
        <MonthField
          value={month}
          onChange={onMonth}
          known={known}
          previousShortcut={SHORTCUTS.previousMonth}
          nextShortcut={SHORTCUTS.nextMonth}
        />
      </div>
      <CloseOf key={month} month={month} />
    </main>
  );
}

function CloseOf({ month }: { readonly month: Month }) {
  const [tab, setTab] = useState<TabName>('sign-off');
  const status = useQuery(closeStatusQuery(month));
  const waiting = status.data?.waiting.reduce((sum, { settlements }) => sum + settlements, 0) ?? 0;
  return (
    <>
      {status.error && <ErrorNotice error={status.error} onRetry={() => void status.refetch()} />}
      <Tabs
        className="tabs"
        selectedKey={tab}
        onSelectionChange={(key) => setTab(TABS.find((name) => name === key) ?? 'sign-off')}
      >
        <TabList className="tab-list" aria-label="Close in detail">
          <Tab id="sign-off" className="tab">
            Sign-off
          </Tab>
          <Tab id="netting" className="tab">
            Netting
          </Tab>
          <Tab id="adjustments" className="tab" aria-label="Adjustments">
            Adjustments
            {waiting > 0 && <span className="chip-count">{count(waiting)}</span>}
          </Tab>
          <Tab id="settings" className="tab">
            Settings
          </Tab>
        </TabList>
        <TabPanel id="sign-off" className="tab-panel">
          {status.data && <SignOffPane status={status.data} />}
        </TabPanel>
        <TabPanel id="netting" className="tab-panel">
          <NettingPane month={month} />
        </TabPanel>
        <TabPanel id="adjustments" className="tab-panel">
          {status.data && <AdjustmentsPane status={status.data} />}
        </TabPanel>
        <TabPanel id="settings" className="tab-panel">
          <SettingsPane />
        </TabPanel>
      </Tabs>
    </>
  );
}
