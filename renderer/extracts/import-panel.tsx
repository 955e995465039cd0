import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components/Tabs';
import type { OfferedFile } from '../../shared/extract-channels.ts';
import type { ExtractPreview, ListedMapping } from '../../shared/extracts.ts';
import { Amount } from '../ui/amount.tsx';
import { useDebounced } from '../ui/debounced.ts';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { Mark } from '../ui/mark.tsx';
import { Notice } from '../ui/notice.tsx';
import { AskedLine } from '../ui/progress-line.tsx';
import { count, counted } from '../ui/quantity.ts';
import { FaultsGrid } from './faults-grid.tsx';
import { documentOf, draftOfMapping, draftOfPreview, type MappingDraft } from './mapping-draft.ts';
import { MappingEditor } from './mapping-editor.tsx';
import { PreviewTable } from './preview-table.tsx';
import { importExtract, mappingQuery, mappingsQuery, previewQuery, type WantedMapping } from './queries.ts';
import { agreedTotals, readingFacts } from './reading-words.ts';

interface ImportPanelProps {
  readonly file: OfferedFile;
  readonly month: string;
  /** True where the month has an extract of this name. */
  readonly replaces: boolean;
  readonly onDone: () => void;
}

const TABS = ['preview', 'mapping', 'faults'] as const;
type TabName = (typeof TABS)[number];

/** How often typing into the mapping reads the file again. */
const SETTLE_MS = 500;

/** Of each name the newest; a draft of a name that is there becomes its next revision. */
function newest(all: readonly ListedMapping[]): readonly ListedMapping[] {
  const byName = new Map<string, ListedMapping>();
  for (const mapping of all) {
    const known = byName.get(mapping.name);
    if (!known || known.revision < mapping.revision) byName.set(mapping.name, mapping);
  }
  return [...byName.values()];
}

/** A file on its way in: what it holds, what each column becomes, what is wrong with it. */
export function ImportPanel({ file, month, replaces, onDone }: ImportPanelProps) {
  const [choice, setChoice] = useState('default');
  const [draft, setDraft] = useState<MappingDraft | null>(null);
  const [tab, setTab] = useState<TabName>('preview');
  const mappings = useQuery(mappingsQuery);
  const known = newest(mappings.data ?? []);
  const saved = known.find(({ sha256 }) => sha256 === choice);
  const document = useQuery({ ...mappingQuery(saved?.sha256 ?? ''), enabled: saved !== undefined });
  const revision = (known.find(({ name }) => name === draft?.name)?.revision ?? 0) + 1;
  const [columns, setColumns] = useState<ExtractPreview['columns']>([]);
  const text = draft === null ? null : documentOf(draft, columns, revision);
  const settled = useDebounced(text, SETTLE_MS);
  const wanted: WantedMapping =
    settled !== null && draft !== null
      ? { kind: 'draft', document: settled }
      : saved
        ? { kind: 'saved', sha256: saved.sha256 }
        : { kind: 'default' };
  const preview = useQuery(previewQuery(file.fileId, wanted));
  const importing = useMutation({ ...importExtract, onSuccess: onDone });
  const shown = preview.data;
  // Another header line, sheet or delimiter gives other columns.
  if (shown && !preview.isPlaceholderData && shown.columns !== columns) setColumns(shown.columns);
  const busy = preview.isFetching || settled !== text;
  const unnamed = draft !== null && draft.name.trim() === '';
  const ready =
    shown !== undefined &&
    !busy &&
    !preview.error &&
    shown.problems.length === 0 &&
    shown.fault_count === 0 &&
    !unnamed;

  function edit(): void {
    if (!shown) return;
    setDraft(saved && document.data ? draftOfMapping(document.data.document, shown) : draftOfPreview(shown));
    setTab('mapping');
  }

  return (
    <section className="import-panel" aria-label={`Import ${file.name}`}>
      <header className="import-head">
        <h2 className="ellipsis">{file.name}</h2>
        <label className="field-label inline">
          Mapping{' '}
          <select
            className="input"
            value={draft === null ? choice : 'draft'}
            onChange={(event) => {
              setChoice(event.target.value);
              setDraft(null);
            }}
          >
            <option value="default">by header names</option>
            {known.map(({ name, revision: of, sha256 }) => (
              <option key={sha256} value={sha256}>
                {name} (revision {of})
              </option>
            ))}
            {draft !== null && <option value="draft">being made</option>}
          </select>
        </label>
        {draft === null && (
          <Button
            className="button"
            isDisabled={!shown || (saved !== undefined && !document.data)}
            onPress={edit}
          >
            {saved ? 'Change the mapping' : 'Make a mapping'}
          </Button>
        )}
        <span className="grow" />
        <Button className="button" onPress={onDone}>
          Leave it
        </Button>
        <Button
          className="button primary"
          isDisabled={!ready}
          isPending={importing.isPending}
          onPress={() => importing.mutate({ month, fileId: file.fileId, mapping: wanted })}
        >
          {replaces ? `Replace in ${month}` : `Import into ${month}`}
        </Button>
      </header>
      {mappings.error && <ErrorNotice error={mappings.error} onRetry={() => void mappings.refetch()} />}
      {document.error && <ErrorNotice error={document.error} onRetry={() => void document.refetch()} />}
      {preview.error && <ErrorNotice error={preview.error} onRetry={() => void preview.refetch()} />}
      {importing.error && <ErrorNotice error={importing.error} />}
      {shown && <Reading preview={shown} busy={busy} />}
      <AskedLine label="extract-preview" what={`Reading ${file.name}`} />
      {shown && (
        <Tabs
          className="tabs"
          selectedKey={tab}
          onSelectionChange={(key) => setTab(TABS.find((name) => name === key) ?? 'preview')}
        >
          <TabList className="tab-list" aria-label="The file in detail">
            <Tab id="preview" className="tab">
              First rows
            </Tab>
            <Tab id="mapping" className="tab">
              Mapping
            </Tab>
            <Tab id="faults" className="tab" aria-label="Faults">
              Faults
              {shown.fault_count > 0 && <span className="chip-count">{count(shown.fault_count)}</span>}
            </Tab>
          </TabList>
          <TabPanel id="preview" className="tab-panel scrolled">
            <PreviewTable preview={shown} />
          </TabPanel>
          <TabPanel id="mapping" className="tab-panel scrolled">
            {draft === null ? (
              <div className="mapping-none">
                <p>
                  {saved
                    ? `The columns are taken by the mapping ${saved.name}, revision ${saved.revision}.`
                    : 'Columns whose headers bear the names of fields are taken; the others are not.'}
                </p>
                <Button className="button" onPress={edit}>
                  {saved ? 'Change the mapping' : 'Make a mapping'}
                </Button>
              </div>
            ) : (
              <MappingEditor
                draft={draft}
                columns={columns}
                sheets={shown.sheets}
                revision={revision}
                preview={shown}
                onChange={setDraft}
              />
            )}
          </TabPanel>
          <TabPanel id="faults" className="tab-panel">
            <FaultsGrid fileId={file.fileId} shown={`${JSON.stringify(wanted)} ${preview.dataUpdatedAt}`} />
          </TabPanel>
        </Tabs>
      )}
    </section>
  );
}

function Reading({ preview, busy }: { readonly preview: ExtractPreview; readonly busy: boolean }) {
  const { reading, totals, checks, problems, fault_count: faults } = preview;
  return (
    <>
      <dl className="extract-facts" aria-busy={busy}>
        {readingFacts(reading).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
        <div>
          <dt>Rows</dt>
          <dd>{problems.length > 0 ? '—' : count(totals.rows)}</dd>
        </div>
        {Object.entries(totals.amounts).map(([currency, sum]) => (
          <div key={currency}>
            <dt>{currency}</dt>
            <dd>
              <Amount value={sum} />
            </dd>
          </div>
        ))}
      </dl>
      {problems.length > 0 && (
        <Notice tone="warn">
          The columns do not make postings yet: {problems.join('; ')}. Make a mapping that says which column
          is which.
        </Notice>
      )}
      {faults > 0 && (
        <Notice tone="bad">
          {counted(faults, 'fault')}: nothing is imported from a file that cannot be read as a whole.
        </Notice>
      )}
      {checks.some(({ agrees }) => agrees) && (
        <p>
          <Mark kind="verified" word={agreedTotals(checks)} />
        </p>
      )}
      {checks
        .filter(({ agrees }) => !agrees)
        .map(({ line, field, of, said, summed }) => (
          <Notice key={`${line} ${field}`} tone="warn">
            Line {line} says that {field}
            {of === null ? '' : ` ${of}`} is {said}, but the rows sum to {summed}.
          </Notice>
        ))}
    </>
  );
}
