/** Everything that is wrong with a connection, said at once, before anything of it is stored or sent. */
import {
  type ConnectionSettings,
  checkSettings,
  pemPathProblem,
  type SettingProblem,
} from '../../shared/connection-settings.ts';
import { asTieoutError, TieoutError } from '../../shared/errors.ts';
import { vendorUrl } from '../etrm/endpoint.ts';
import { tlsFileProblems } from '../etrm/tls-context.ts';

/** Where a connection leads, and who asks there. */
export interface ConnectionAddress {
  readonly baseUrl: string;
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly allowHttp: boolean;
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9 ._-]{0,63}$/;

export function nameProblems(name: string): readonly TieoutError[] {
  if (NAME.test(name)) return [];
  return [
    new TieoutError(
      'connection-invalid',
      `"${name}" is no name for a connection; use letters, digits, spaces, dots, dashes and underscores.`,
      { name },
    ),
  ];
}

/** Of the two addresses and the client. */
export function addressProblems(address: ConnectionAddress): readonly TieoutError[] {
  const { baseUrl, tokenUrl, clientId, allowHttp } = address;
  const problems: TieoutError[] = [];
  for (const [text, what] of [
    [baseUrl, 'base URL'],
    [tokenUrl, 'token URL'],
  ] as const) {
    try {
      vendorUrl(text, what, allowHttp);
    } catch (error) {
      problems.push(asTieoutError(error));
    }
  }
  if (clientId.trim() === '') {
    problems.push(
      new TieoutError('connection-invalid', 'The client id is empty; give the one the vendor issued.'),
    );
  }
  return problems;
}

/** Of the settings, each in a sentence. */
export function settingErrors(problems: readonly SettingProblem[]): readonly TieoutError[] {
  return problems.map(({ name, message }) => {
    const what = name === '' ? 'The settings' : `The setting ${name}`;
    return new TieoutError('connection-invalid', `${what} ${message}.`);
  });
}

/** Of the files that the connection names, each in a sentence: unreadable, or certificate and key apart. */
export function fileProblems(caFile: string | null, settings: ConnectionSettings): readonly TieoutError[] {
  const { client_cert_file: certFile, client_key_file: keyFile } = settings;
  const pair = certFile === undefined || keyFile === undefined ? null : { certFile, keyFile };
  const path = caFile === null ? null : pemPathProblem(caFile);
  const files = tlsFileProblems({ caFile: path === null ? caFile : null, clientCertificate: pair });
  return path === null ? files : [new TieoutError('connection-invalid', `The CA file ${path}.`), ...files];
}

/** One problem as it is; more of them in one sentence, numbered, and in the error's details. */
function together(problems: readonly TieoutError[]): TieoutError {
  const [first, ...others] = problems;
  if (first !== undefined && others.length === 0) return first;
  const code =
    first && others.every((other) => other.code === first.code) ? first.code : 'connection-invalid';
  const said = problems.map(({ message }) => message.replace(/\.$/, ''));
  return new TieoutError(
    code,
    `${said.length} things are to be put right: ${said.map((text, at) => `(${at + 1}) ${text}`).join('; ')}.`,
    { problems: said },
  );
}

/** @throws TieoutError what is wrong, all of it, if anything is. */
export function refuse(problems: readonly TieoutError[]): void {
  if (problems.length > 0) throw together(problems);
}

/** @throws TieoutError `connection-invalid` with everything that is wrong. */
export function soundSettings(value: unknown): ConnectionSettings {
  const checked = checkSettings(value);
  if (checked.ok) return checked.settings;
  throw together(settingErrors(checked.problems));
}
