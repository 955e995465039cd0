/** Syslog as a strict receiver reads it: RFC 6587 octet counting, then RFC 5424's grammar, nothing more lenient. */

export interface SyslogRead {
  readonly facility: number;
  readonly severity: number;
  readonly timestamp: string;
  readonly hostname: string;
  readonly appName: string;
  readonly procId: string;
  readonly msgId: string;
  /** By SD-ID, then by PARAM-NAME. */
  readonly data: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly message: string;
}

/** Whole frames, and the octets of one that is not whole. */
export function frames(octets: Buffer): { readonly whole: readonly Buffer[]; readonly rest: Buffer } {
  const whole: Buffer[] = [];
  let at = 0;
  for (;;) {
    const space = octets.indexOf(0x20, at);
    if (space < 0) break;
    const length = octets.subarray(at, space).toString('latin1');
    if (!/^[1-9]\d*$/.test(length)) throw new Error(`not a frame length: ${JSON.stringify(length)}`);
    const end = space + 1 + Number(length);
    if (end > octets.length) break;
    whole.push(octets.subarray(space + 1, end));
    at = end;
  }
  return { whole, rest: octets.subarray(at) };
}

const HEADER =
  /^<(0|[1-9]\d{0,2})>1 (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:\d\d)) ([\x21-\x7e]{1,255}) ([\x21-\x7e]{1,48}) ([\x21-\x7e]{1,128}) ([\x21-\x7e]{1,32}) /;
const NAME = /^[\x21\x23-\x3c\x3e-\x5c\x5e-\x7e]{1,32}/;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function nameAt(text: string, at: number): string {
  const [name] = NAME.exec(text.slice(at, at + 33)) ?? [];
  if (name === undefined) throw new Error(`no SD-NAME at ${at}`);
  return name;
}

function expectAt(text: string, at: number, wanted: string): number {
  if (!text.startsWith(wanted, at)) throw new Error(`${JSON.stringify(wanted)} expected at ${at}`);
  return at + wanted.length;
}

/** `PARAM-VALUE`: `"`, `\` and `]` only behind a backslash, and a backslash only before these. */
function valueAt(text: string, from: number): { readonly value: string; readonly at: number } {
  let value = '';
  let at = from;
  for (;;) {
    const letter = text[at];
    if (letter === undefined || letter === ']') throw new Error(`unescaped end of a value at ${at}`);
    if (letter === '"') return { value, at: at + 1 };
    if (letter === '\\') {
      const escaped = text[at + 1] ?? '';
      if (!'"\\]'.includes(escaped)) throw new Error(`a backslash before ${JSON.stringify(escaped)}`);
      value += escaped;
      at += 2;
    } else {
      value += letter;
      at += 1;
    }
  }
}

/** @throws Error where a rule of RFC 5424 is broken. */
export function readSyslog(octets: Buffer): SyslogRead {
  const text = utf8.decode(octets);
  const [whole = '', priority = '', timestamp = '', hostname = '', appName = '', procId = '', msgId = ''] =
    HEADER.exec(text) ?? [];
  if (whole === '' || Number(priority) > 191) throw new Error(`no header: ${text.slice(0, 200)}`);
  const data: Record<string, Record<string, string>> = {};
  let at = whole.length;
  if (text[at] === '-') at += 1;
  else {
    while (text[at] === '[') {
      const id = nameAt(text, at + 1);
      if (!id.includes('@') && !['timeQuality', 'origin', 'meta'].includes(id))
        throw new Error(`SD-ID ${id}`);
      if (id.includes('@') && !/^[^@]+@\d+(\.\d+)*$/.test(id)) throw new Error(`SD-ID ${id}`);
      if (data[id]) throw new Error(`SD-ID ${id} twice`);
      const parameters: Record<string, string> = {};
      at += 1 + id.length;
      while (text[at] === ' ') {
        const name = nameAt(text, at + 1);
        const read = valueAt(text, expectAt(text, at + 1 + name.length, '="'));
        parameters[name] = read.value;
        at = read.at;
      }
      data[id] = parameters;
      at = expectAt(text, at, ']');
    }
  }
  if (at === whole.length) throw new Error('no structured data');
  const rest = at < text.length ? text.slice(expectAt(text, at, ' ')) : '';
  const marked = rest.startsWith('\uFEFF');
  const message = marked ? rest.slice(1) : rest;
  // RFC 5424 6.4: what is encoded in UTF-8 must begin with the mark; ASCII may do without.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range of ASCII.
  if (!marked && /[^\x00-\x7f]/.test(message)) throw new Error('UTF-8 without its byte order mark');
  return {
    facility: Math.floor(Number(priority) / 8),
    severity: Number(priority) % 8,
    ...{ timestamp, hostname, appName, procId, msgId, data, message },
  };
}
