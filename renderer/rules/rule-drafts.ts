/** Rule sets that were changed and are not saved: they outlive a look at another screen, and end with the window. */
import { useQuery } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { appInfoQuery } from '../frame/queries.ts';

type Drafts = Readonly<Record<string, string>>;

const NONE: Drafts = {};
/** By workspace. */
let kept: Readonly<Record<string, Drafts>> = {};
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The texts, by what each set is asked for. */
export function useRuleDrafts() {
  const workspace = useQuery(appInfoQuery).data?.workspace ?? '';
  const drafts = useSyncExternalStore(subscribe, () => kept[workspace] ?? NONE);
  return {
    drafts,
    /** Null forgets it. */
    keep(wanted: string, text: string | null): void {
      const { [wanted]: _gone, ...others } = kept[workspace] ?? NONE;
      kept = { ...kept, [workspace]: text === null ? others : { ...others, [wanted]: text } };
      for (const listener of listeners) listener();
    },
  };
}
