import type { SiemKind } from '../../shared/siem.ts';

export const KIND_NAMES: Readonly<Record<SiemKind, string>> = {
  otlp: 'OTLP collector',
  syslog: 'Syslog',
  hec: 'HTTP event collector',
  file: 'File of JSON lines',
};
