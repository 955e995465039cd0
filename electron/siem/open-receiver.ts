import { assertNever, TieoutError } from '../../shared/errors.ts';
import type { SiemSettings } from '../../shared/siem.ts';
import type { Secret } from '../credentials/secret.ts';
import { tlsFileProblems } from '../etrm/tls-context.ts';
import { httpEndpoint, syslogEndpoint } from './address.ts';
import { checkEventFile, openEventFile } from './event-file.ts';
import { openHec } from './hec.ts';
import { openOtlp } from './otlp.ts';
import type { Receiver, ReceiverParts } from './receiver.ts';
import { openSyslog } from './syslog.ts';
import { tlsOf } from './tls.ts';

/** @throws TieoutError `siem-invalid` for settings that can never work, `file-unreadable`. */
export function checkSettings(settings: SiemSettings): void {
  if (settings.kind === 'file') {
    checkEventFile(settings);
    return;
  }
  if (settings.kind === 'syslog') syslogEndpoint(settings);
  else httpEndpoint(settings);
  if ((settings.certFile === null) !== (settings.keyFile === null)) {
    throw new TieoutError(
      'siem-invalid',
      'A client certificate and its key go together; give both, or neither.',
    );
  }
  const [problem] = tlsFileProblems(tlsOf(settings));
  if (problem) throw problem;
}

/**
 * The receiver of a target; nothing is sent and nothing connected yet.
 * @throws TieoutError `siem-invalid`, `file-unreadable`, `credentials-missing`.
 */
export function openReceiver(settings: SiemSettings, secret: Secret | null, parts: ReceiverParts): Receiver {
  checkSettings(settings);
  switch (settings.kind) {
    case 'otlp':
      return openOtlp(settings, secret, parts);
    case 'hec':
      if (secret === null) {
        throw new TieoutError('credentials-missing', 'An HTTP event collector needs its token; store it.');
      }
      return openHec(settings, secret, parts);
    case 'syslog':
      return openSyslog(settings);
    case 'file':
      return openEventFile(settings);
    default:
      return assertNever(settings);
  }
}
