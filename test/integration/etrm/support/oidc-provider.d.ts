/** The part of `oidc-provider` that the tests use. */
declare module 'oidc-provider' {
  import type { RequestListener } from 'node:http';

  interface IssuedToken {
    readonly scope?: string;
    readonly clientId?: string;
    readonly isExpired: boolean;
  }

  export class Provider {
    constructor(issuer: string, configuration: Readonly<Record<string, unknown>>);
    callback(): RequestListener;
    readonly ClientCredentials: { find(token: string): Promise<IssuedToken | undefined> };
  }
}
