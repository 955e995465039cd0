import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { LoaderCircle } from 'lucide-react';
import { useEffect, useState } from 'react';
import { type Month, parseMonth } from '../../shared/month.ts';
import { listenToAsks } from '../asking.ts';
import { BreaksScreen } from '../breaks/breaks-screen.tsx';
import { bridge } from '../bridge.ts';
import { CloseScreen } from '../close/close-screen.tsx';
import { ConnectionsScreen } from '../connections/connections-screen.tsx';
import { connectionsQuery } from '../connections/queries.ts';
import { ExtractsScreen } from '../extracts/extracts-screen.tsx';
import { MonthScreen } from '../month/month-screen.tsx';
import { monthsQuery } from '../month/queries.ts';
import { PacksScreen } from '../packs/packs-screen.tsx';
import { ReportsScreen } from '../reports/reports-screen.tsx';
import { RulesScreen } from '../rules/rules-screen.tsx';
import { SiemScreen } from '../siem/siem-screen.tsx';
import { listenToMain } from '../sync-events.ts';
import { useAnnounce } from '../ui/announcements.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { listenToFocus } from '../ui/steady-focus.ts';
import { DamagedWorkspace } from './damaged-workspace.tsx';
import { finished } from './finished-text.ts';
import { isFirstUse } from './first-use.ts';
import { useJumpKey } from './jump-key.ts';
import { Navigation, type Screen } from './navigation.tsx';
import { appInfoQuery, leaveSample, openSample } from './queries.ts';
import { useSelection } from './selection.ts';
import { shownMonth } from './shown-month.ts';
import { TopBar } from './top-bar.tsx';
import { Welcome } from './welcome.tsx';

/** The window: where one goes, what workspace it is, and the screen. */
export function Frame() {
  const client = useQueryClient();
  const announce = useAnnounce();
  const info = useQuery(appInfoQuery);
  const connections = useQuery(connectionsQuery);
  const months = useQuery(monthsQuery);
  const [screen, setScreen] = useState<Screen>('month');
  const { selection, select, show, restore } = useSelection(info.data?.sample === false);

  useEffect(
    () =>
      listenToMain(bridge().on, client, {
        now: () => Date.now(),
        onFinished(job) {
          const { tone, text } = finished(job);
          announce(tone, text);
        },
      }),
    [client, announce],
  );

  useEffect(listenToAsks, []);
  useEffect(listenToFocus, []);
  useJumpKey();

  const opening = useMutation({
    ...openSample,
    onSuccess(opened, nothing, result, context) {
      show({ connection: opened.connection, month: parseMonth(opened.month) });
      setScreen('month');
      return openSample.onSuccess?.(opened, nothing, result, context);
    },
  });
  const leaving = useMutation({
    ...leaveSample,
    onSuccess(closed, nothing, result, context) {
      restore();
      return leaveSample.onSuccess?.(closed, nothing, result, context);
    },
    onError: (error) => announce('bad', error.message),
  });

  const parts = [info, connections, months];
  const failed = parts.find(({ error }) => error !== null)?.error;
  if (failed) {
    const retry = () => {
      for (const part of parts) void part.refetch();
    };
    if (failed.code === 'workspace-damaged') return <DamagedWorkspace error={failed} onRetry={retry} />;
    return (
      <main className="welcome">
        <ErrorNotice error={failed} onRetry={retry} />
      </main>
    );
  }
  const month = shownMonth(selection.month, months.data ?? []);
  if (!info.data || !connections.data || !months.data || month === null) {
    return (
      <main className="welcome" aria-busy="true">
        <p className="opening">
          <LoaderCircle aria-hidden className="icon spinning" /> Opening the workspace…
        </p>
      </main>
    );
  }

  const names = connections.data.map(({ name }) => name);
  const chosen = selection.connection !== null && names.includes(selection.connection);
  const connection = chosen ? selection.connection : (names[0] ?? null);
  const ofMonth = { month, known: months.data, onMonth: (next: Month) => select({ month: next }) };
  const isNew = isFirstUse(connections.data, info.data.sample, months.data);
  return (
    <div className="frame">
      <Navigation current={screen} onGo={setScreen} />
      <TopBar info={info.data} leaving={leaving.isPending} onLeave={() => leaving.mutate()} />
      {screen === 'connections' ? (
        <ConnectionsScreen
          info={info.data}
          connections={connections.data}
          startNew={connections.data.length === 0}
        />
      ) : screen === 'siem' ? (
        <SiemScreen info={info.data} />
      ) : screen === 'reports' ? (
        <ReportsScreen {...ofMonth} />
      ) : screen === 'packs' ? (
        <PacksScreen {...ofMonth} />
      ) : screen === 'extracts' ? (
        <ExtractsScreen {...ofMonth} />
      ) : screen === 'rules' ? (
        <RulesScreen {...ofMonth} />
      ) : screen === 'breaks' ? (
        <BreaksScreen {...ofMonth} />
      ) : screen === 'close' ? (
        <CloseScreen {...ofMonth} />
      ) : isNew ? (
        <Welcome
          opening={opening.isPending}
          error={opening.error}
          onSample={() => opening.mutate()}
          onConnect={() => setScreen('connections')}
        />
      ) : (
        <MonthScreen
          info={info.data}
          names={names}
          connection={connection}
          onConnection={(name) => select({ connection: name, month })}
          {...ofMonth}
        />
      )}
    </div>
  );
}
