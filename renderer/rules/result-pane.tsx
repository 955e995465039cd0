import { useQuery } from '@tanstack/react-query';
import { FlaskConical } from 'lucide-react';
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components/Tabs';
import type { Month } from '../../shared/month.ts';
import type { DryRun, ListedRules } from '../../shared/rules.ts';
import { Empty } from '../ui/empty.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { Notice } from '../ui/notice.tsx';
import { count } from '../ui/quantity.ts';
import { DryRunResult } from './dry-run-result.tsx';
import { HistoryPane } from './history-pane.tsx';
import { MatchesPane } from './matches-pane.tsx';
import { monthRulesQuery } from './queries.ts';
import { WaterfallPane } from './waterfall-pane.tsx';

const TABS = ['trial', 'month', 'matches', 'history'] as const;
export type ResultTab = (typeof TABS)[number];

interface ResultPaneProps {
  readonly month: Month;
  readonly tab: ResultTab;
  readonly onTab: (tab: ResultTab) => void;
  readonly trial: DryRun | null;
  readonly isTrying: boolean;
  /** True where the rules were changed since they were tried. */
  readonly isOld: boolean;
  readonly saved: readonly ListedRules[];
  readonly wanted: string;
  readonly onChoose: (wanted: string) => void;
}

/** What the rules make of a month: tried, reconciled, suggested; and the sets that there were. */
export function ResultPane(props: ResultPaneProps) {
  const { month, tab, onTab, trial, isTrying, isOld, saved, wanted, onChoose } = props;
  const result = useQuery(monthRulesQuery(month));
  const waterfall = result.data?.waterfall ?? null;
  const suggested = result.data?.matches.suggested ?? 0;
  const isShown = trial !== null && trial.month === month;
  return (
    <section className="rules-result" aria-label="What the rules make">
      <Tabs
        className="tabs"
        selectedKey={tab}
        onSelectionChange={(key) => onTab(TABS.find((name) => name === key) ?? 'month')}
      >
        <TabList className="tab-list" aria-label="What the rules make of the month">
          <Tab id="trial" className="tab">
            Dry run
          </Tab>
          <Tab id="month" className="tab">
            Waterfall
          </Tab>
          <Tab id="matches" className="tab" aria-label="Matches">
            Matches
            {suggested > 0 && <span className="chip-count">{count(suggested)}</span>}
          </Tab>
          <Tab id="history" className="tab">
            History
          </Tab>
        </TabList>
        <TabPanel id="trial" className="tab-panel rules-scrolled">
          {isTrying ? (
            <Empty icon={FlaskConical} title="Trying the rules…">
              <p>The month is matched twice: by the rules of its newest reconciliation, and by these.</p>
            </Empty>
          ) : isShown ? (
            <>
              {isOld && <Notice tone="info">The rules were changed since; run it again.</Notice>}
              <DryRunResult found={trial} />
            </>
          ) : (
            <Empty icon={FlaskConical} title="Nothing was tried yet">
              <p>A dry run shows which items of {month} would be in another state. Nothing of it is kept.</p>
            </Empty>
          )}
        </TabPanel>
        <TabPanel id="month" className="tab-panel rules-scrolled">
          {result.error && <ErrorNotice error={result.error} onRetry={() => void result.refetch()} />}
          {result.data && (
            <p className="quiet-text">
              {waterfall === null
                ? `${month} was not reconciled yet.`
                : `The newest reconciliation of ${month} went by the rule set "${result.data.name ?? ''}".`}
            </p>
          )}
          {waterfall !== null && <WaterfallPane waterfall={waterfall} />}
        </TabPanel>
        <TabPanel id="matches" className="tab-panel">
          <MatchesPane key={month} month={month} counts={result.data?.matches ?? null} />
        </TabPanel>
        <TabPanel id="history" className="tab-panel rules-scrolled">
          <HistoryPane saved={saved} wanted={wanted} onChoose={onChoose} />
        </TabPanel>
      </Tabs>
    </section>
  );
}
