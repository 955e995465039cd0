import { useQuery } from '@tanstack/react-query';
import { LoaderCircle } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components/Tabs';
import type { AppInfo } from '../../shared/contract.ts';
import { bridge } from '../bridge.ts';
import type { MonthProps } from '../frame/shown-month.ts';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { monthStep } from '../ui/month-step.ts';
import { count } from '../ui/quantity.ts';
import { type BoundShortcut, useShortcuts } from '../ui/shortcuts.ts';
import { type MonthActions, SHORTCUTS, useMonthActions } from './actions.ts';
import { Activity } from './activity.tsx';
import { AsOfBanner, AsOfChoice, useAsOf } from './as-of.tsx';
import { BreaksPane } from './breaks-pane.tsx';
import { ChangesPane } from './changes-pane.tsx';
import { ComparePane, type CompareState } from './compare-pane.tsx';
import { CurvesPane } from './curves-pane.tsx';
import { DeadLettersPane } from './dead-letters-pane.tsx';
import { DriftPane } from './drift-pane.tsx';
import { FindingsPane } from './findings-pane.tsx';
import { endedJob, runningJob } from './month-jobs.ts';
import { Notices } from './notices.tsx';
import { PagesPane } from './pages-pane.tsx';
import { driftSummaryQuery, findingsSummaryQuery, jobsQuery, monthQuery } from './queries.ts';
import { Toolbar } from './toolbar.tsx';
import { TotalsStrip } from './totals.tsx';

interface MonthScreenProps extends MonthProps {
  readonly info: AppInfo;
  /** The connections' names. */
  readonly names: readonly string[];
  /** The one whose runs are shown; null where there is none. */
  readonly connection: string | null;
  readonly onConnection: (name: string) => void;
}

type TabName = 'pages' | 'compare' | 'breaks' | 'dead-letters' | 'schema' | 'changes' | 'findings' | 'curves';

/** A month of a connection: what it comes to, its pages and records, and all that can be done with it. */
export function MonthScreen({
  info,
  names,
  connection,
  onConnection,
  month,
  known,
  onMonth,
}: MonthScreenProps) {
  const asOf = useAsOf(month, connection);
  const view = useQuery(monthQuery(month, connection, asOf.runId));
  const { data: jobs = [] } = useQuery(jobsQuery);
  const running = runningJob(jobs, month);
  const readOnly = asOf.runId !== null;
  const actions = useMonthActions({ month, connection, info, view: view.data, running, readOnly });
  const [tab, setTab] = useState<TabName>('pages');
  const [compareState, setCompareState] = useState<CompareState>('all');
  const [exportOpen, setExportOpen] = useState(false);
  const searchInput = useRef<HTMLInputElement>(null);

  function search(): void {
    setTab('compare');
    // The tab may have to be drawn first.
    requestAnimationFrame(() => searchInput.current?.focus());
  }
  const openExport = () => {
    if (actions.canExport) setExportOpen(true);
  };
  const goTo = (next: CompareState) => {
    setCompareState(next);
    setTab('compare');
  };

  useShortcuts([
    { shortcut: SHORTCUTS.sync, ...actions.sync },
    { shortcut: SHORTCUTS.cancel, ...actions.cancel },
    { shortcut: SHORTCUTS.import, ...actions.import },
    { shortcut: SHORTCUTS.reconcile, ...actions.reconcile },
    { shortcut: SHORTCUTS.verify, ...actions.verify },
    { shortcut: SHORTCUTS.export, act: openExport },
    { shortcut: SHORTCUTS.search, act: search },
    { shortcut: SHORTCUTS.previousMonth, act: () => onMonth(monthStep(month, -1)) },
    { shortcut: SHORTCUTS.nextMonth, act: () => onMonth(monthStep(month, 1)) },
    ...TAB_NAMES.map(
      (name, at): BoundShortcut => ({ shortcut: { key: String(at + 1) }, act: () => setTab(name) }),
    ),
  ]);
  useCommands(actions, openExport);

  const run = view.data?.run ?? null;
  const recon = view.data?.recon ?? null;
  // A sync that has just begun is a step ahead of the month's view.
  const shownRunId =
    (running?.progress.kind === 'sync' && !readOnly ? running.progress.runId : null) ?? run?.runId ?? null;
  // The run that the totals come from, so that their rejected records are the ones listed.
  const lettersRun = view.data?.currentRun ?? run;
  const { data: drift } = useQuery(driftSummaryQuery(month, connection, asOf.runId));
  const openDrift = drift ? drift.open.breaking + drift.open.warning + drift.open.info : null;
  const deadLetters = lettersRun ? lettersRun.deadLetters.open + lettersRun.deadLetters.discarded : null;
  const { data: findings } = useQuery({
    ...findingsSummaryQuery(lettersRun?.runId ?? ''),
    enabled: lettersRun !== null,
  });
  const tabs = useMemo(
    () =>
      [
        { id: 'pages', name: 'Pages', value: run?.pages ?? null },
        { id: 'compare', name: 'Compare', value: null },
        { id: 'breaks', name: 'Breaks', value: recon?.breaks ?? null },
        { id: 'dead-letters', name: 'Dead letters', value: deadLetters },
        { id: 'schema', name: 'Schema', value: openDrift },
        { id: 'changes', name: 'Changes', value: null },
        { id: 'findings', name: 'Findings', value: findings?.checked ? findings.counts.total : null },
        { id: 'curves', name: 'Curves', value: null },
      ] as const,
    [run, recon, deadLetters, openDrift, findings],
  );

  return (
    <main className="screen month" aria-label="Month">
      <Toolbar
        connections={names}
        connection={connection}
        onConnection={onConnection}
        month={month}
        knownMonths={known}
        onMonth={onMonth}
        actions={actions}
        reports={view.data?.reports ?? []}
        exportOpen={exportOpen}
        onExportOpen={setExportOpen}
      >
        <AsOfChoice month={month} connection={connection} {...asOf} />
      </Toolbar>
      {view.data?.asOf && <AsOfBanner run={view.data.asOf} onLeave={() => asOf.choose(null)} />}
      <Activity
        running={running}
        cancelling={actions.cancel.cancelling}
        run={run}
        past={readOnly}
        month={month}
      />
      {view.error && <ErrorNotice error={view.error} onRetry={() => void view.refetch()} />}
      {view.isPending && (
        <p className="opening late">
          <LoaderCircle aria-hidden className="icon spinning" /> Reading {month}…
        </p>
      )}
      {view.data && (
        <>
          <TotalsStrip
            view={view.data}
            onMatched={() => goTo('matched')}
            onPending={() => goTo('pending')}
            onBreaks={() => setTab('breaks')}
            onDeadLetters={() => setTab('dead-letters')}
          />
          <Notices
            key={month}
            view={view.data}
            running={running}
            ended={endedJob(jobs, month)}
            verified={endedJob(jobs, month, ['verify'])}
            actions={actions}
            onDeadLetters={() => setTab('dead-letters')}
          />
          <Tabs
            className="tabs"
            selectedKey={tab}
            onSelectionChange={(key) => setTab(TAB_NAMES.find((name) => name === key) ?? 'pages')}
          >
            <TabList className="tab-list" aria-label="Month in detail">
              {tabs.map(({ id, name, value }, at) => (
                <Tab key={id} id={id} className="tab" aria-label={name}>
                  {name}
                  {value !== null && <span className="chip-count">{count(value)}</span>}
                  <span className="tab-key">{at + 1}</span>
                </Tab>
              ))}
            </TabList>
            <TabPanel id="pages" className="tab-panel">
              <PagesPane runId={shownRunId} />
            </TabPanel>
            <TabPanel id="compare" className="tab-panel">
              <ComparePane
                view={view.data}
                state={compareState}
                onState={setCompareState}
                searchInput={searchInput}
              />
            </TabPanel>
            <TabPanel id="breaks" className="tab-panel">
              <BreaksPane recon={recon} />
            </TabPanel>
            <TabPanel id="dead-letters" className="tab-panel">
              <DeadLettersPane run={lettersRun} readOnly={readOnly || running !== null} />
            </TabPanel>
            <TabPanel id="schema" className="tab-panel">
              <DriftPane month={month} connection={connection} runId={asOf.runId} />
            </TabPanel>
            <TabPanel id="changes" className="tab-panel">
              <ChangesPane month={month} connection={connection} runId={asOf.runId} />
            </TabPanel>
            <TabPanel id="findings" className="tab-panel">
              <FindingsPane
                month={month}
                connection={connection}
                run={lettersRun}
                readOnly={readOnly || running !== null}
              />
            </TabPanel>
            <TabPanel id="curves" className="tab-panel">
              <CurvesPane
                month={month}
                connection={connection}
                runId={lettersRun?.runId ?? null}
                readOnly={readOnly || running !== null}
              />
            </TabPanel>
          </Tabs>
        </>
      )}
    </main>
  );
}

const TAB_NAMES = [
  'pages',
  'compare',
  'breaks',
  'dead-letters',
  'schema',
  'changes',
  'findings',
  'curves',
] as const satisfies readonly TabName[];

/** What the application menu asks for does what the button does. */
function useCommands(actions: MonthActions, openExport: () => void): void {
  useEffect(
    () =>
      bridge().on.command(({ command }) => {
        if (command === 'export') openExport();
        else if (!actions[command].disabled) actions[command].act();
      }),
    [actions, openExport],
  );
}
