/** What the pages ask the network for: the app's own schemes go to the main process, navigations to the app's lock. */
import type { BrowserContext, Request, Route } from 'playwright-core';
import type { SchemeRequest, SchemeResponse } from '../wire.ts';
import { policyToInner, servedScheme, toOuter } from './scheme.ts';

export interface RequestDecisions {
  readonly schemes: () => ReadonlySet<string>;
  readonly serve: (request: SchemeRequest) => Promise<SchemeResponse>;
  /** Whether the request is a window's own and may go on. */
  readonly mayGo: (request: Request) => Promise<boolean>;
}

export async function interceptRequests(context: BrowserContext, decisions: RequestDecisions): Promise<void> {
  await context.route('**/*', async (route) => {
    try {
      await answer(route, decisions);
    } catch {
      // Either the app's handler failed or the page went away meanwhile.
      await route.abort('failed').catch(() => undefined);
    }
  });
}

async function answer(route: Route, { schemes, serve, mayGo }: RequestDecisions): Promise<void> {
  const request = route.request();
  if (!(await mayGo(request))) {
    await route.abort('aborted');
    return;
  }
  const known = schemes();
  const scheme = servedScheme(request.url(), known);
  if (scheme === null) {
    await route.continue();
    return;
  }
  const outer = Object.entries(await request.allHeaders()).map(([name, value]) => [
    name,
    name === 'origin' || name === 'referer' ? toOuter(value, known) : value,
  ]);
  const response = await serve({
    scheme,
    url: toOuter(request.url(), known),
    method: request.method(),
    headers: Object.fromEntries(outer.filter(([name]) => !name?.startsWith(':'))),
    body: request.postDataBuffer(),
  });
  const inner = Object.entries(response.headers).map(([name, value]) => [
    name,
    name.startsWith('content-security-policy') ? policyToInner(value, known) : value,
  ]);
  await route.fulfill({
    status: response.status,
    headers: Object.fromEntries(inner),
    body: Buffer.from(response.body),
  });
}
