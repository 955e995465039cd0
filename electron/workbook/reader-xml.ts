/** XML as it streams by: elements without their prefixes, told to a reader in the order of the text. */
import type { Readable } from 'node:stream';
import { TextDecoder } from 'node:util';
import sax from 'sax';

export interface XmlReader {
  open(name: string, attributes: Readonly<Record<string, string>>): void;
  text(text: string): void;
  close(name: string): void;
}

function local(name: string): string {
  const colon = name.indexOf(':');
  return colon < 0 ? name : name.slice(colon + 1);
}

/** UTF-8 and UTF-16 are what a part may be written in; a byte-order mark or the first `<` tells which. */
function encodingOf(head: Uint8Array): string {
  if ((head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0x3c && head[1] === 0)) return 'utf-16le';
  if ((head[0] === 0xfe && head[1] === 0xff) || (head[0] === 0 && head[1] === 0x3c)) return 'utf-16be';
  return 'utf-8';
}

/**
 * Feeds a stream to a reader and pauses after each piece, so that what the reader gathered can be taken.
 * Entities that a document defines itself are not expanded.
 * @throws Error where it is not well-formed, or the stream fails.
 */
export async function* readXml(stream: Readable, reader: XmlReader): AsyncGenerator<void> {
  const parser = sax.parser(true, { position: false });
  parser.onerror = (error) => {
    throw error;
  };
  parser.onopentag = ({ name, attributes }) => {
    const plain: Record<string, string> = {};
    for (const [key, value] of Object.entries(attributes)) plain[key] = String(value);
    reader.open(local(name), plain);
  };
  parser.ontext = (text) => reader.text(text);
  parser.oncdata = (text) => reader.text(text);
  parser.onclosetag = (name) => reader.close(local(name));
  let decoder: TextDecoder | null = null;
  try {
    for await (const piece of stream) {
      if (!(piece instanceof Uint8Array)) continue;
      decoder ??= new TextDecoder(encodingOf(piece), { fatal: true });
      parser.write(decoder.decode(piece, { stream: true }));
      yield;
    }
    if (decoder) parser.write(decoder.decode());
    parser.close();
    yield;
  } finally {
    stream.destroy();
  }
}

/** The whole of a part that is small. */
export async function readWholeXml(stream: Readable, reader: XmlReader): Promise<void> {
  for await (const _ of readXml(stream, reader));
}
