/** Workbooks made part by part, so that each oddity of the format can be in one. */
import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';

const TYPES = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

export async function zipped(parts: Readonly<Record<string, string | Buffer>>): Promise<Buffer> {
  const zip = new ZipFile();
  for (const [name, content] of Object.entries(parts)) zip.addBuffer(Buffer.from(content), name);
  zip.end();
  return await buffer(zip.outputStream);
}

export interface Parts {
  /** The inside of `sheetData`. */
  readonly rows: string;
  readonly strings?: string;
  readonly styles?: string;
  readonly from1904?: boolean;
  readonly more?: Readonly<Record<string, string | Buffer>>;
}

/** A workbook with the sheets `Postings` and, hidden, `Notes`. */
export async function packedWorkbook({
  rows,
  strings = '',
  styles = '',
  from1904 = false,
  more = {},
}: Parts): Promise<Buffer> {
  return await zipped({
    '_rels/.rels': `<Relationships><Relationship Id="a" Type="${TYPES}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    'xl/workbook.xml': `<x:workbook xmlns:x="m" xmlns:r="r"><x:workbookPr date1904="${from1904 ? 1 : 0}"/><x:sheets><x:sheet name="Postings" sheetId="1" r:id="s1"/><x:sheet name="Notes" state="hidden" sheetId="2" r:id="s2"/></x:sheets></x:workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships><Relationship Id="s1" Type="${TYPES}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="s2" Type="${TYPES}/worksheet" Target="/xl/worksheets/sheet2.xml"/><Relationship Id="t" Type="${TYPES}/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="u" Type="${TYPES}/styles" Target="styles.xml"/></Relationships>`,
    'xl/sharedStrings.xml': `<sst>${strings}</sst>`,
    'xl/styles.xml': `<styleSheet>${styles}</styleSheet>`,
    'xl/worksheets/sheet1.xml': `<?xml version="1.0" encoding="UTF-8"?><worksheet><sheetData>${rows}</sheetData></worksheet>`,
    'xl/worksheets/sheet2.xml': '<worksheet><sheetData/></worksheet>',
    ...more,
  });
}
