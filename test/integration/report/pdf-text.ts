/** The texts of a PDF as a reader gets them: each drawn string, by its font's own map from glyphs to characters. */
import { inflateSync } from 'node:zlib';

const OBJECT = /(\d+) 0 obj\n([\s\S]*?)\nendobj/g;

function streamOf(body: string): string | null {
  const from = body.indexOf('stream\n');
  const to = body.lastIndexOf('\nendstream');
  if (from < 0 || to < 0) return null;
  const bytes = Buffer.from(body.slice(from + 7, to), 'latin1');
  return body.includes('/FlateDecode') ? inflateSync(bytes).toString('latin1') : bytes.toString('latin1');
}

function characters(map: string): readonly string[] {
  const [, list = ''] = /\[([\s\S]*)\]/.exec(map) ?? [];
  return [...list.matchAll(/<([0-9a-f ]+)>/g)].map(([, units = '']) =>
    String.fromCharCode(
      ...units
        .trim()
        .split(' ')
        .map((unit) => Number.parseInt(unit, 16)),
    ),
  );
}

export interface PdfText {
  readonly pages: number;
  /** In the order in which they are drawn. */
  readonly texts: readonly string[];
}

export function pdfText(file: Uint8Array): PdfText {
  const source = Buffer.from(file).toString('latin1');
  const objects = new Map([...source.matchAll(OBJECT)].map(([, id = '', body = '']) => [id, body] as const));
  const fonts = new Map<string, readonly string[]>();
  const drawn: string[] = [];
  let pages = 0;
  for (const body of objects.values()) {
    if (!/\/Type \/Page\b/.test(body)) continue;
    pages += 1;
    const resources = objects.get(/\/Resources (\d+) 0 R/.exec(body)?.[1] ?? '') ?? '';
    for (const [, name = '', id = ''] of resources.matchAll(/\/(F\d+) (\d+) 0 R/g)) {
      const map = objects.get(/\/ToUnicode (\d+) 0 R/.exec(objects.get(id) ?? '')?.[1] ?? '');
      fonts.set(name, characters(streamOf(map ?? '') ?? ''));
    }
    const content = streamOf(objects.get(/\/Contents (\d+) 0 R/.exec(body)?.[1] ?? '') ?? '') ?? '';
    let font: readonly string[] = [];
    for (const [, name, glyphs] of content.matchAll(/\/(F\d+) [\d.]+ Tf|\[(.*?)\] TJ/g)) {
      if (name !== undefined) font = fonts.get(name) ?? [];
      else
        drawn.push(
          [...(glyphs ?? '').matchAll(/<([0-9a-f]+)>/g)]
            .flatMap(([, hex = '']) => hex.match(/.{4}/g) ?? [])
            .map((glyph) => font[Number.parseInt(glyph, 16)] ?? '?')
            .join(''),
        );
    }
  }
  return { pages, texts: drawn };
}
