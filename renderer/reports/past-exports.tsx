import { useMutation, useQuery } from '@tanstack/react-query';
import { Button } from 'react-aria-components/Button';
import type { ExportedFile, PastExport } from '../../shared/report.ts';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { Mark } from '../ui/mark.tsx';
import { localTime } from '../ui/zoned-time.ts';
import { exportsQuery, openReport, revealReport } from './queries.ts';

/** Exports of the month with their hashes, and whether their files still lie as they were written. */
export function PastExportsPane({ month }: { readonly month: string }) {
  const past = useQuery(exportsQuery(month));
  return (
    <section className="reports-part" aria-label="Written reports">
      <h2>Written reports</h2>
      {past.error && <ErrorNotice error={past.error} onRetry={() => void past.refetch()} />}
      {past.data?.length === 0 && <p className="muted">No report of {month} was written yet.</p>}
      <ul className="reports-exports">
        {past.data?.map((one) => (
          <li key={one.seq}>
            <Export month={month} one={one} />
          </li>
        ))}
      </ul>
    </section>
  );
}

const STATE_MARKS = {
  same: { kind: 'verified', word: 'As written' },
  changed: { kind: 'differs', word: 'Changed' },
  gone: { kind: 'none', word: 'Not there' },
} as const;

function nameOf(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}

function Export({ month, one }: { readonly month: string; readonly one: PastExport }) {
  const open = useMutation(openReport);
  const reveal = useMutation(revealReport);
  const [main] = one.files;
  const error = open.error ?? reveal.error;
  const there = main !== undefined && main.state !== 'gone';
  return (
    <>
      <div className="reports-export-head">
        <strong>{one.format.toUpperCase()}</strong>
        <span className="muted">
          {localTime(one.at)} by {one.actor}
        </span>
        {main && (
          <>
            <Button
              className="button small"
              aria-label={`Open ${nameOf(main.path)}`}
              isDisabled={!there}
              onPress={() => open.mutate({ month, path: main.path })}
            >
              {one.format === 'pdf' ? 'Open to print' : 'Open'}
            </Button>
            <Button
              className="button small"
              aria-label={`Show ${nameOf(main.path)} in its folder`}
              isDisabled={!there}
              onPress={() => reveal.mutate({ month, path: main.path })}
            >
              Show in folder
            </Button>
          </>
        )}
      </div>
      {error && (
        <ErrorNotice
          error={error}
          onDismiss={() => {
            open.reset();
            reveal.reset();
          }}
        />
      )}
      <table className="reports-table" aria-label={`Files of the export of ${localTime(one.at)}`}>
        <tbody>
          {one.files.map((file) => (
            <FileRow key={file.path} file={file} />
          ))}
        </tbody>
      </table>
    </>
  );
}

function FileRow({ file }: { readonly file: ExportedFile }) {
  const { kind, word } = STATE_MARKS[file.state];
  return (
    <tr>
      <td title={file.path}>{nameOf(file.path)}</td>
      <td>
        <Mark kind={kind} word={word} />
      </td>
      <td className="hex">{file.sha256}</td>
    </tr>
  );
}
