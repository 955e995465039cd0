import { useMutation, useQuery } from '@tanstack/react-query';
import { FileSpreadsheet, FolderOpen, Upload } from 'lucide-react';
import { type DragEvent, useEffect, useRef, useState } from 'react';
import { Button } from 'react-aria-components/Button';
import type { OfferedFile } from '../../shared/extract-channels.ts';
import { answered, bridge } from '../bridge.ts';
import type { MonthProps } from '../frame/shown-month.ts';
import { SHORTCUTS } from '../month/actions.ts';
import { useAnnounce } from '../ui/announcements.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { MonthField } from '../ui/month-field.tsx';
import { ExtractList } from './extract-list.tsx';
import './extracts.css';
import { ImportPanel } from './import-panel.tsx';
import { chooseExtracts, extractsQuery } from './queries.ts';
import { RunningImport } from './running-import.tsx';

/** Files that were chosen or dropped and wait for their import. */
function useOfferedFiles() {
  const [files, setFiles] = useState<readonly OfferedFile[]>([]);
  const announce = useAnnounce();
  const add = useRef((more: readonly OfferedFile[]) => setFiles((before) => [...before, ...more]));
  useEffect(() => {
    const take = (): void => {
      answered(bridge()['extracts.dropped']())
        .then((more) => add.current(more))
        .catch((error: unknown) => announce('bad', error instanceof Error ? error.message : String(error)));
    };
    // Files that were dropped while another screen was shown.
    take();
    return bridge().on.dropped(take);
  }, [announce]);
  const remove = (fileId: string): void =>
    setFiles((before) => before.filter((file) => file.fileId !== fileId));
  return { files, add: add.current, remove };
}

/** A month's ledger extracts: what is in force, and files on their way in. */
export function ExtractsScreen({ month, known, onMonth }: MonthProps) {
  const extracts = useQuery(extractsQuery(month));
  const { files, add, remove } = useOfferedFiles();
  const [chosen, setChosen] = useState<string | null>(null);
  const [over, setOver] = useState(false);
  const choosing = useMutation({ ...chooseExtracts, onSuccess: add });
  const current = files.find(({ fileId }) => fileId === chosen) ?? files[0];

  function onDragOver(event: DragEvent): void {
    if (!event.dataTransfer.types.includes('Files')) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = 'copy';
    setOver(true);
  }

  return (
    <main
      className="screen extracts-screen"
      aria-label="Extracts"
      data-over={over || undefined}
      onDragOver={onDragOver}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        // Its paths come by way of the main process.
        event.preventDefault();
        setOver(false);
      }}
    >
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is no toolbar */}
      <div className="toolbar" role="group" aria-label="Month">
        <MonthField
          value={month}
          onChange={onMonth}
          known={known}
          previousShortcut={SHORTCUTS.previousMonth}
          nextShortcut={SHORTCUTS.nextMonth}
        />
        <Button className="button primary" isPending={choosing.isPending} onPress={() => choosing.mutate()}>
          <FolderOpen aria-hidden className="icon" /> Choose files…
        </Button>
        <span className="extracts-hint">or drop CSV, XLSX or Parquet files here</span>
      </div>
      {choosing.error && <ErrorNotice error={choosing.error} />}
      {extracts.error && <ErrorNotice error={extracts.error} onRetry={() => void extracts.refetch()} />}
      <RunningImport month={month} />
      {files.length > 1 && (
        <div className="waiting-files" role="tablist" aria-label="Files to import">
          {files.map(({ fileId, name }) => (
            <button
              key={fileId}
              type="button"
              role="tab"
              className="tab"
              aria-selected={fileId === current?.fileId}
              onClick={() => setChosen(fileId)}
            >
              <FileSpreadsheet aria-hidden className="icon" /> {name}
            </button>
          ))}
        </div>
      )}
      {current ? (
        <ImportPanel
          key={current.fileId}
          file={current}
          month={month}
          replaces={extracts.data?.some(({ file }) => file === current.name) ?? false}
          onDone={() => remove(current.fileId)}
        />
      ) : (
        <ExtractList extracts={extracts.data ?? null} month={month} />
      )}
      {over && (
        <div className="drop-veil" aria-hidden>
          <Upload className="empty-icon" />
          <p className="empty-title">Drop to look at them</p>
        </div>
      )}
    </main>
  );
}
