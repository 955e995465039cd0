/** Syslog messages as RFC 5424 has them, framed by octet counting (RFC 6587 3.4.1, RFC 5425 4.3). */
import type { ForwardedEvent } from './event-stream.ts';
import { SYSLOG_SEVERITY } from './severity.ts';

/**
 * SD-ID of our parameters. 32473 is the enterprise number that RFC 5612 sets aside for documentation: it stands here
 * until there is a registered one.
 */
const SD_ID = 'tieout@32473';

const NIL = '-';

/** A header field: printable ASCII without spaces, or nil. RFC 5424 6.2. */
function field(text: string, most: number): string {
  const clean = text.replace(/[^\x21-\x7e]/g, '?').slice(0, most);
  return clean === '' ? NIL : clean;
}

/**
 * RFC 5424 6.3.3: `"`, `\` and `]` are escaped, nothing else may be. Control characters, which it asks to avoid and
 * receivers rewrite, become `?`; the message has the exact text.
 */
function parameter(name: string, value: string | null): string {
  if (value === null) return '';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
  const clean = value.toWellFormed().replace(/[\u0000-\u001f\u007f-\u009f]/g, '?');
  return ` ${name}="${clean.replace(/["\\\]]/g, '\\$&')}"`;
}

function structuredData(event: ForwardedEvent): string {
  const { context } = event;
  const own = [
    parameter('seq', String(event.seq)),
    parameter('actor', event.actor),
    parameter('workspace', context.workspace_id),
    parameter('correlation', context.correlation_id),
    parameter('request', context.request_id),
    parameter('sha256', event.sha256),
    parameter('prev', event.prevSha256),
  ].join('');
  // `origin` is RFC 5424's own (7.2); its swVersion has at most 32 characters.
  const version = parameter('swVersion', context.app_version.slice(0, 32));
  return `[${SD_ID}${own}][origin software="Tieout"${version}]`;
}

/**
 * The event's JSON in ASCII, what is beyond it as `\uXXXX`: the same JSON to every reader, and no byte order mark is
 * due, which RFC 5424 6.4 wants before UTF-8 and JSON readers stumble over.
 */
function asciiJson(json: string): string {
  return json.replace(
    /[^\x20-\x7e]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** One SYSLOG-MSG. @param facility 0 to 23. */
export function syslogMessage(event: ForwardedEvent, facility: number): string {
  const priority = facility * 8 + SYSLOG_SEVERITY[event.context.severity];
  // No PROCID: an event that is sent again is the same message, whichever process sends it.
  const header = `<${priority}>1 ${event.at} ${field(event.context.host, 255)} tieout ${NIL} ${field(event.type, 32)}`;
  return `${header} ${structuredData(event)} ${asciiJson(event.json)}`;
}

/** `MSG-LEN SP SYSLOG-MSG`, the length in octets. */
export function syslogFrame(message: string): Buffer {
  const octets = Buffer.from(message, 'utf8');
  return Buffer.concat([Buffer.from(`${octets.length} `), octets]);
}
