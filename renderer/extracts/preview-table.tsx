import type { ExtractPreview } from '../../shared/extracts.ts';

/** The first rows of a file: each cell as it stands, and below it what it became. */
export function PreviewTable({ preview }: { readonly preview: ExtractPreview }) {
  const { columns, first, checks } = preview;
  const constants = Object.keys(first[0]?.values ?? {}).filter(
    (field) => !columns.some((column) => column.field === field),
  );
  return (
    <table className="preview-table">
      <thead>
        <tr>
          <th scope="col">Line</th>
          {columns.map(({ column, header, field }) => (
            <th key={column} scope="col" data-taken={field !== null || undefined}>
              <span className="preview-header">{header === '' ? `column ${column}` : header}</span>
              <span className="preview-field">{field ?? 'not taken'}</span>
            </th>
          ))}
          {constants.map((field) => (
            <th key={field} scope="col" data-taken>
              <span className="preview-header">always</span>
              <span className="preview-field">{field}</span>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {first.map(({ line, cells, values, faults }) => (
          <tr key={line}>
            <th scope="row">
              {line}
              {checks.some((check) => check.line === line) && <span className="preview-field">totals</span>}
            </th>
            {columns.map(({ column, field }) => {
              const fault = faults.find((each) => each.column === column);
              const cell = cells[column - 1] ?? '';
              const value = field === null ? null : (values[field] ?? null);
              return (
                <td key={column} data-fault={fault !== undefined || undefined} title={fault?.message}>
                  <span className="preview-cell">{cell}</span>
                  {field !== null && (
                    <span className="preview-value">
                      {fault ? `✕ ${fault.message}` : value !== cell ? `→ ${value ?? 'empty'}` : ''}
                    </span>
                  )}
                </td>
              );
            })}
            {constants.map((field) => (
              <td key={field}>
                <span className="preview-cell">{values[field] ?? ''}</span>
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
