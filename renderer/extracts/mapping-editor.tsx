import type { ExtractColumn, ExtractPreview } from '../../shared/extracts.ts';
import {
  type FieldDraft,
  kindOf,
  MAPPED_FIELDS,
  type MappedField,
  type MappingDraft,
} from './mapping-draft.ts';

interface MappingEditorProps {
  readonly draft: MappingDraft;
  readonly columns: readonly ExtractColumn[];
  readonly sheets: readonly string[];
  readonly revision: number;
  readonly preview: ExtractPreview;
  readonly onChange: (draft: MappingDraft) => void;
}

const ENCODINGS = [
  'utf-8',
  'utf-16le',
  'windows-1250',
  'windows-1252',
  'iso-8859-1',
  'iso-8859-2',
  'iso-8859-15',
];
const DELIMITERS = [
  [',', 'comma'],
  [';', 'semicolon'],
  ['\t', 'tab'],
  ['|', 'bar'],
] as const;

/** What each field is made from, and how the file is read; the first rows show at once what comes of it. */
export function MappingEditor({ draft, columns, sheets, revision, preview, onChange }: MappingEditorProps) {
  const set = (change: Partial<MappingDraft>): void => onChange({ ...draft, ...change });
  const setField = (field: MappedField, change: Partial<FieldDraft>): void =>
    set({ fields: { ...draft.fields, [field]: { ...draft.fields[field], ...change } } });
  const isCsv = preview.reading.format === 'csv';
  return (
    <div className="mapping-editor">
      <div className="mapping-file">
        <label className="field">
          <span className="field-label">Name</span>
          <input
            className="input"
            value={draft.name}
            maxLength={64}
            placeholder="such as sap-fi"
            aria-invalid={draft.name.trim() === ''}
            onChange={(event) => set({ name: event.target.value })}
          />
          <span className="field-hint">It is saved as revision {revision} with the import</span>
        </label>
        {isCsv && (
          <>
            <Select
              label="Encoding"
              value={draft.encoding}
              onChange={(encoding) => set({ encoding })}
              options={[
                ['', `found: ${preview.reading.encoding ?? ''}`],
                ...ENCODINGS.map((name) => [name, name] as const),
              ]}
            />
            <Select
              label="Between cells"
              value={draft.delimiter}
              onChange={(delimiter) => set({ delimiter })}
              options={[['', 'found'], ...DELIMITERS]}
            />
          </>
        )}
        {sheets.length > 0 && (
          <Select
            label="Sheet"
            value={draft.sheet}
            onChange={(sheet) => set({ sheet })}
            options={[['', 'found'], ...sheets.map((name) => [name, name] as const)]}
          />
        )}
        {preview.reading.format !== 'parquet' && (
          <label className="field">
            <span className="field-label">Header line</span>
            <input
              className="input narrow"
              value={draft.headerLine}
              placeholder={`found: ${preview.reading.header_line ?? 'none'}`}
              onChange={(event) => set({ headerLine: event.target.value.trim() })}
            />
            <span className="field-hint">A number, or none</span>
          </label>
        )}
        <Select
          label="Numbers"
          value={draft.decimal === '' ? '' : `${draft.decimal}${draft.thousands}`}
          onChange={(marks) => set({ decimal: marks.slice(0, 1), thousands: marks.slice(1) })}
          options={[
            ['', 'found'],
            ['.', '1234.56'],
            ['.,', '1,234.56'],
            [',', '1234,56'],
            [',.', '1.234,56'],
            [', ', '1 234,56'],
            [".'", "1'234.56"],
          ]}
        />
        <Select
          label="A total that disagrees"
          value={draft.mismatch}
          onChange={(mismatch) => set({ mismatch: mismatch === 'refuse' ? 'refuse' : 'warn' })}
          options={[
            ['warn', 'is a warning'],
            ['refuse', 'refuses the file'],
          ]}
        />
      </div>
      <table className="mapping-table">
        <thead>
          <tr>
            <th scope="col">Field</th>
            <th scope="col">Comes from</th>
            <th scope="col">Read as</th>
            <th scope="col">Becomes</th>
          </tr>
        </thead>
        <tbody>
          {MAPPED_FIELDS.map((field) => (
            <FieldRow
              key={field}
              field={field}
              draft={draft.fields[field]}
              columns={columns}
              example={
                preview.first.map(({ values }) => values[field]).find((value) => value != null) ?? null
              }
              onChange={(change) => setField(field, change)}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface SelectProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly (readonly [value: string, text: string])[];
  readonly onChange: (value: string) => void;
}

function Select({ label, value, options, onChange }: SelectProps) {
  return (
    <label className="field">
      <span className="field-label">{label}</span>
      <select className="input" value={value} onChange={(event) => onChange(event.target.value)}>
        {options.map(([each, text]) => (
          <option key={each} value={each}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}

interface FieldRowProps {
  readonly field: MappedField;
  readonly draft: FieldDraft;
  readonly columns: readonly ExtractColumn[];
  /** The first value that came of it. */
  readonly example: string | null;
  readonly onChange: (change: Partial<FieldDraft>) => void;
}

function FieldRow({ field, draft, columns, example, onChange }: FieldRowProps) {
  const { source } = draft;
  return (
    <tr data-taken={source !== 'none' || undefined}>
      <th scope="row">{field}</th>
      <td>
        <select
          className="input"
          aria-label={`${field} comes from`}
          value={String(source)}
          onChange={({ target: { value } }) =>
            onChange({ source: value === 'none' || value === 'constant' ? value : Number(value) })
          }
        >
          <option value="none">not taken</option>
          <option value="constant">always the same</option>
          {columns.map(({ column, header }) => (
            <option key={column} value={column}>
              {column}: {header}
            </option>
          ))}
        </select>
      </td>
      <td className="mapping-how">
        <How field={field} draft={draft} onChange={onChange} />
      </td>
      <td className="mapping-example">{example ?? ''}</td>
    </tr>
  );
}

function How({ field, draft, onChange }: Pick<FieldRowProps, 'field' | 'draft' | 'onChange'>) {
  const { source, constant, form, zone, negate, scale } = draft;
  if (source === 'none') return null;
  if (source === 'constant') {
    return (
      <input
        className="input"
        aria-label={`${field} is always`}
        value={constant}
        onChange={(event) => onChange({ constant: event.target.value })}
      />
    );
  }
  switch (kindOf(field)) {
    case 'decimal':
      return (
        <>
          <label className="mapping-check">
            <input
              type="checkbox"
              checked={negate}
              onChange={(event) => onChange({ negate: event.target.checked })}
            />{' '}
            turn the sign
          </label>
          <input
            className="input narrow"
            aria-label={`${field} times`}
            placeholder="times"
            value={scale}
            onChange={(event) => onChange({ scale: event.target.value.trim() })}
          />
        </>
      );
    case 'instant':
      return (
        <>
          <input
            className="input"
            aria-label={`Form of ${field}`}
            placeholder="dd.MM.yyyy HH:mm"
            value={form}
            onChange={(event) => onChange({ form: event.target.value })}
          />
          <input
            className="input"
            aria-label={`Zone of ${field}`}
            placeholder="Europe/Berlin"
            value={zone}
            onChange={(event) => onChange({ zone: event.target.value.trim() })}
          />
        </>
      );
    case 'day':
      return (
        <input
          className="input"
          aria-label={`Form of ${field}`}
          placeholder="dd.MM.yyyy"
          value={form}
          onChange={(event) => onChange({ form: event.target.value })}
        />
      );
    default:
      return null;
  }
}
