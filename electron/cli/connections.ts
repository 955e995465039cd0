/** `tieout connections`: what is stored of them, and an end to one. */
import type { ConnectionSettings } from '../../shared/connection-settings.ts';
import type { ConnectionView } from '../../shared/views.ts';
import type { Session } from './session.ts';

/** A stored connection as `--json` prints it; there is no secret in it. */
export function connectionEvent(view: ConnectionView): Readonly<Record<string, unknown>> {
  return {
    type: 'connection',
    name: view.name,
    base_url: view.baseUrl,
    token_url: view.tokenUrl,
    client_id: view.clientId,
    scope: view.scope,
    ca_file: view.caFile,
    allow_http: view.allowHttp,
    has_secret: view.hasSecret,
    settings: view.settings,
    profile: view.profile,
  };
}

function secretInWords(hasSecret: boolean | null): string {
  if (hasSecret === null) return 'the keychain does not answer';
  return hasSecret ? 'secret in the keychain' : 'no secret stored';
}

function settingsInWords(settings: ConnectionSettings): readonly (readonly [string, string])[] {
  return Object.entries(settings).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.join(', ') : String(value),
  ]);
}

function inLines(view: ConnectionView): string {
  const facts: readonly (readonly [string, string])[] = [
    ['name', view.name],
    ['base_url', view.baseUrl],
    ['token_url', view.tokenUrl],
    ['client_id', view.clientId],
    ['scope', view.scope],
    ['secret', secretInWords(view.hasSecret)],
    ['plain_http', view.allowHttp ? 'allowed' : 'refused'],
    ['ca_file', view.caFile ?? '-'],
    [
      'profile',
      view.profile === null
        ? 'built-in'
        : `${view.profile.name} revision ${view.profile.revision} ${view.profile.sha256}`,
    ],
    ...settingsInWords(view.settings),
  ];
  const width = Math.max(...facts.map(([name]) => name.length));
  return facts.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n');
}

export async function connectionsList(session: Session): Promise<number> {
  const app = await session.app();
  const views = await app.connections.list();
  for (const view of views) {
    if (session.out.options.json) session.out.event(connectionEvent(view));
    else
      session.out.result(`${view.name}  ${view.baseUrl}  ${view.clientId}  ${secretInWords(view.hasSecret)}`);
  }
  if (views.length === 0) session.out.say('There is no connection yet; add one with tieout connect.');
  return 0;
}

export async function connectionsShow(session: Session, name: string): Promise<number> {
  const app = await session.app();
  const view = await app.connections.view(name);
  if (session.out.options.json) session.out.event(connectionEvent(view));
  else session.out.result(inLines(view));
  return 0;
}

export async function connectionsRemove(session: Session, name: string): Promise<number> {
  const app = await session.app();
  await app.connections.remove(name);
  session.out.event(
    { type: 'connection-removed', name },
    `connection ${name} removed, and its secret with it; its runs stay`,
  );
  return 0;
}
