/** The parts of a workbook that are not its sheets. */
import { attribute, text } from './writer-xml.ts';

const DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const SPREADSHEET = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
const RELATION = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

/** Sheets are the default of `.xml`, so that this part can come first, before their number is known. */
export function contentTypes(): string {
  return `${DECLARATION}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">\
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>\
<Default Extension="xml" ContentType="${SPREADSHEET}.worksheet+xml"/>\
<Override PartName="/xl/workbook.xml" ContentType="${SPREADSHEET}.sheet.main+xml"/>\
<Override PartName="/xl/styles.xml" ContentType="${SPREADSHEET}.styles+xml"/>\
<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>\
</Types>`;
}

function relationshipsXml(entries: readonly (readonly [string, string])[]): string {
  const list = entries.map(
    ([type, target], at) => `<Relationship Id="rId${at + 1}" Type="${type}" Target="${target}"/>`,
  );
  return `${DECLARATION}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${list.join('')}</Relationships>`;
}

export const relationships = {
  root: (): string =>
    relationshipsXml([
      [`${RELATION}/officeDocument`, 'xl/workbook.xml'],
      [
        'http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties',
        'docProps/core.xml',
      ],
    ]),
  /** Sheets first: their ids are their numbers. */
  workbook: (sheets: number): string =>
    relationshipsXml([
      ...Array.from(
        { length: sheets },
        (_, at) => [`${RELATION}/worksheet`, `worksheets/sheet${at + 1}.xml`] as const,
      ),
      [`${RELATION}/styles`, 'styles.xml'],
    ]),
};

export function coreProperties(plan: {
  readonly title: string;
  readonly author: string;
  readonly createdAt: string;
}): string {
  const when = text(plan.createdAt.replace(/\.\d+Z$/, 'Z'));
  return `${DECLARATION}<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" \
xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\
<dc:title>${text(plan.title)}</dc:title><dc:creator>${text(plan.author)}</dc:creator>\
<dcterms:created xsi:type="dcterms:W3CDTF">${when}</dcterms:created>\
<dcterms:modified xsi:type="dcterms:W3CDTF">${when}</dcterms:modified></cp:coreProperties>`;
}

interface WrittenSheet {
  readonly name: string;
  readonly table: boolean;
  /** As `$A$1:$C$9`; null where nothing filters. */
  readonly filter: string | null;
}

function reference(name: string): string {
  return text(`'${name.replaceAll("'", "''")}'`);
}

export function workbookXml(sheets: readonly WrittenSheet[]): string {
  const list = sheets.map(
    ({ name }, at) => `<sheet name="${attribute(name)}" sheetId="${at + 1}" r:id="rId${at + 1}"/>`,
  );
  const defined = sheets.flatMap(({ name, table, filter }, at) => [
    ...(filter === null
      ? []
      : [
          `<definedName name="_xlnm._FilterDatabase" localSheetId="${at}" hidden="1">${reference(name)}!${filter}</definedName>`,
        ]),
    ...(table
      ? [`<definedName name="_xlnm.Print_Titles" localSheetId="${at}">${reference(name)}!$1:$1</definedName>`]
      : []),
  ]);
  return `${DECLARATION}<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="${RELATION}">\
<bookViews><workbookView activeTab="0"/></bookViews><sheets>${list.join('')}</sheets>\
${defined.length === 0 ? '' : `<definedNames>${defined.join('')}</definedNames>`}</workbook>`;
}
