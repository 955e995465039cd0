import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { reportSchemaText } from '../../../electron/report/report-document.ts';

it('docs/report.schema.json is what tieout report --schema prints', () => {
  const published = readFileSync(join(import.meta.dirname, '../../../docs/report.schema.json'), 'utf8');
  expect(published).toBe(reportSchemaText());
});
