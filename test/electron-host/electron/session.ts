/** `session` and `protocol`: permissions, and the app's own scheme. */
import type { SchemeRequest, SchemeResponse } from '../wire.ts';
import { Emitter, guarded } from './guard.ts';
import { tell } from './link.ts';

type SchemeHandler = (request: Request) => Response | Promise<Response>;

interface CustomScheme {
  readonly scheme: string;
  readonly privileges?: { readonly standard?: boolean; readonly secure?: boolean };
}

const handlers = new Map<string, SchemeHandler>();

export const protocol = guarded('protocol', {
  /** Inside Chromium every scheme of the host's is standard and secure: another wish would go unheard. */
  registerSchemesAsPrivileged(schemes: readonly CustomScheme[]): void {
    for (const { scheme, privileges } of schemes) {
      if (privileges?.standard !== true || privileges.secure !== true) {
        throw new Error(
          `The Electron host serves ${scheme}: as standard and secure only; see its README.md.`,
        );
      }
    }
  },
  handle(scheme: string, handler: SchemeHandler): void {
    if (handlers.has(scheme)) throw new Error('Failed to register protocol: The scheme has been registered');
    handlers.set(scheme, handler);
    tell('schemes.set', [...handlers.keys()]);
  },
  unhandle(scheme: string): void {
    handlers.delete(scheme);
    tell('schemes.set', [...handlers.keys()]);
  },
  isProtocolHandled: (scheme: string): boolean => handlers.has(scheme),
});

/**
 * Has the app's handler answer one request.
 * @throws {Error} where there is none or it fails: the page then sees a network error.
 */
export async function serve({ scheme, url, method, headers, body }: SchemeRequest): Promise<SchemeResponse> {
  const handler = handlers.get(scheme);
  if (!handler) throw new Error(`No handler for ${scheme}:`);
  const response = await handler(
    new Request(url, { method, headers, ...(body ? { body: Buffer.from(body) } : {}) }),
  );
  if (response.type === 'error') throw new Error(`The handler of ${scheme}: answered with an error`);
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: new Uint8Array(await response.arrayBuffer()),
  };
}

type PermissionRequestHandler = (
  webContents: unknown,
  permission: string,
  callback: (granted: boolean) => void,
  details: object,
) => void;
type PermissionCheckHandler = (
  webContents: unknown,
  permission: string,
  requestingOrigin: string,
  details: object,
) => boolean;

/** Those that Chromium lets a host decide beforehand, by Electron's names. */
const PERMISSIONS = [
  'clipboard-read',
  'clipboard-sanitized-write',
  'geolocation',
  'idle-detection',
  'media',
  'midi',
  'notifications',
];

let onRequest: PermissionRequestHandler | null = null;
let onCheck: PermissionCheckHandler | null = null;

/** Asks the app's handlers what this page may do; Electron grants everything where there are none. */
export async function decidePermissions(webContents: unknown, url: string): Promise<void> {
  const origin = URL.canParse(url) ? `${new URL(url).protocol}//${new URL(url).host}` : '';
  const granted: string[] = [];
  for (const permission of PERMISSIONS) {
    if (onCheck?.(webContents, permission, origin, { isMainFrame: true, requestingUrl: url }) === false)
      continue;
    const request = onRequest;
    const allowed =
      request === null ||
      (await new Promise<boolean>((resolve) => {
        request(webContents, permission, resolve, { isMainFrame: true, requestingUrl: url });
      }));
    if (allowed) granted.push(permission);
  }
  tell('permissions.set', granted);
}

class Session extends Emitter {
  readonly protocol = protocol;

  constructor() {
    super('session', ['will-download', 'preconnect']);
  }

  setPermissionRequestHandler(handler: PermissionRequestHandler | null): void {
    onRequest = handler;
  }

  setPermissionCheckHandler(handler: PermissionCheckHandler | null): void {
    onCheck = handler;
  }

  // The devices that these decide about are out of Chromium's reach here.
  setDevicePermissionHandler(): void {}
  setDisplayMediaRequestHandler(): void {}
  setSpellCheckerEnabled(): void {}
}

export const defaultSession = guarded('session.defaultSession', new Session());

export const session = guarded('session', { defaultSession });
