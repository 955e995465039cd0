import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { LoaderCircle } from 'lucide-react';
import { useEffect, useState } from 'react';
import { parseMonth } from '../../shared/month.ts';
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

  const failed = info.error ?? connections.error;
  if (failed) {
    const retry = () => {
      void info.refetch();
      void connections.refetch();
    };
    if (failed.code === 'workspace-damaged') return <DamagedWorkspace error={failed} onRetry={retry} />;
    return (
      <main className="welcome">
        <ErrorNotice error={failed} onRetry={retry} />
      </main>
    );
  }
  if (!info.data || !connections.data) {
    return (
      <main className="welcome" aria-busy="true">
        <p className="opening">
          <LoaderCircle aria-hidden className="icon spinning" /> Opening the workspace…
        </p>
      </main>
    );
  }

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
        <ReportsScreen selection={selection} onSelect={select} />
      ) : screen === 'packs' ? (
        <PacksScreen selection={selection} onSelect={select} />
      ) : screen === 'extracts' ? (
        <ExtractsScreen selection={selection} onSelect={select} />
      ) : screen === 'rules' ? (
        <RulesScreen selection={selection} onSelect={select} />
      ) : screen === 'breaks' ? (
        <BreaksScreen selection={selection} onSelect={select} />
      ) : screen === 'close' ? (
        <CloseScreen selection={selection} onSelect={select} />
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
          connections={connections.data}
          selection={selection}
          onSelect={select}
        />
      )}
    </div>
  );
}
