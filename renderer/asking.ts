/** Long answers of the main process, as the screens ask for them (ask-store.ts). */
import { useSyncExternalStore } from 'react';
import type { Answer } from '../shared/contract.ts';
import { type Asked, type AskLabel, AskStore } from './ask-store.ts';
import { answered, bridge } from './bridge.ts';

const store = new AskStore((askId) => void answered(bridge()['ask.cancel']({ askId })));

/** Hears of progress. @returns a function that ends it. */
export function listenToAsks(): () => void {
  return bridge().on.ask((progress) => store.heard(progress));
}

export function cancelAsk(label: AskLabel): void {
  store.cancel(label);
}

export function ask<Result>(
  label: AskLabel,
  send: (askId: string) => Promise<Answer<Result>>,
  signal?: AbortSignal,
): Promise<Result> {
  return store.ask(label, send, signal);
}

/** Null where nothing is asked under the label. */
export function useAsked(label: AskLabel): Asked | null {
  return useSyncExternalStore(store.subscribe, () => store.of(label));
}
