/** Addresses of receivers, checked before anything is stored or sent. */
import { TieoutError } from '../../shared/errors.ts';
import type { SiemNetwork, SiemSettings } from '../../shared/siem.ts';
import { isLoopback } from '../etrm/endpoint.ts';

const SCHEMES = {
  otlp: { secure: 'https:', plain: 'http:', example: 'https://collector.example:4318' },
  hec: { secure: 'https:', plain: 'http:', example: 'https://splunk.example:8088' },
  syslog: { secure: 'tls:', plain: 'tcp:', example: 'tls://logs.example:6514' },
} as const;

const NAMES = {
  otlp: 'an OTLP collector',
  hec: 'an HTTP event collector',
  syslog: 'a syslog receiver',
  file: 'a file',
} as const;

/** What follows the address that a person gives; an address that has it already stays. */
const ENDPOINTS = { otlp: '/v1/logs', hec: '/services/collector/event', syslog: '' } as const;

function invalid(message: string): TieoutError {
  return new TieoutError('siem-invalid', message);
}

/** @throws TieoutError `siem-invalid`. */
function parsed(settings: SiemNetwork): URL {
  const { kind } = settings;
  const { secure, plain, example } = SCHEMES[kind];
  const url = URL.canParse(settings.url) ? new URL(settings.url) : null;
  if (url === null || (url.protocol !== secure && url.protocol !== plain) || url.hostname === '') {
    throw invalid(`"${settings.url}" is no address of ${NAMES[kind]}; give one such as ${example}.`);
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw invalid(
      `The address of ${NAMES[kind]} holds a user name, a password or a query; give it without, secrets go to the keychain.`,
    );
  }
  if (url.protocol === plain && !settings.allowPlain && !isLoopback(url.hostname)) {
    throw invalid(
      `${settings.url} is not encrypted, so that anyone on the way can read it; use ${secure}//, or allow it with --allow-plain.`,
    );
  }
  return url;
}

/** Where events are posted to. @throws TieoutError `siem-invalid`. */
export function httpEndpoint(settings: Extract<SiemSettings, { readonly kind: 'otlp' | 'hec' }>): URL {
  const url = parsed(settings);
  const end = ENDPOINTS[settings.kind];
  const path = url.pathname.replace(/\/+$/, '');
  url.pathname = path.endsWith(end) ? path : `${path}${end}`;
  return url;
}

export interface SyslogEndpoint {
  readonly secure: boolean;
  readonly host: string;
  readonly port: number;
}

/** The ports of RFC 5425 and RFC 6587. */
const SYSLOG_PORTS = { 'tls:': 6514, 'tcp:': 601 } as const;

/** @throws TieoutError `siem-invalid`. */
export function syslogEndpoint(settings: Extract<SiemSettings, { readonly kind: 'syslog' }>): SyslogEndpoint {
  const url = parsed(settings);
  if (url.pathname !== '' && url.pathname !== '/') {
    throw invalid(`"${settings.url}" has a path, which syslog has not; give it as tls://logs.example:6514.`);
  }
  const protocol = url.protocol === 'tls:' ? 'tls:' : 'tcp:';
  return {
    secure: protocol === 'tls:',
    // An IPv6 address stands in brackets in a URL, and without them everywhere else.
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? SYSLOG_PORTS[protocol] : Number(url.port),
  };
}
