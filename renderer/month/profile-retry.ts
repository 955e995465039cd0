/** A retry with a profile from a file: chosen, looked at, then done. */
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { InvokeArgs } from '../../shared/contract.ts';
import type { RetryProfile } from '../../shared/dead-letters.ts';
import type { BridgeError } from '../bridge.ts';
import type { MarkedPlace } from './letter-marks.ts';
import { pickRetryProfile, retryLetters } from './letter-queries.ts';

/** The letters that are meant, and how they are called. */
interface Meant {
  readonly places: readonly MarkedPlace[] | null;
  readonly letters: string;
}

export interface ProfileRetry {
  /** Null: no file is chosen, or it cannot be used. */
  readonly chosen: RetryProfile | null;
  readonly letters: string;
  readonly picking: boolean;
  readonly pending: boolean;
  /** Of the file, or of the retry that was asked for. */
  readonly error: BridgeError | null;
  /** Asks for a file. */
  readonly begin: (meant: Meant) => void;
  readonly pickAgain: () => void;
  readonly go: () => void;
  readonly close: () => void;
}

/** @param whole what the letters are chosen by, but for those that are marked. */
export function useProfileRetry(
  runId: string,
  whole: Omit<InvokeArgs<'deadLetters.retry'>, 'places' | 'profile'>,
  onBegun: () => void,
): ProfileRetry {
  const [meant, setMeant] = useState<Meant | null>(null);
  const [chosen, setChosen] = useState<RetryProfile | null>(null);
  /** Stays while another file is chosen, so that the dialog does. */
  const [fault, setFault] = useState<BridgeError | null>(null);
  const picking = useMutation({
    ...pickRetryProfile,
    onSuccess(picked) {
      // Who leaves the dialog of the system keeps what was chosen before.
      if (picked === null) return;
      setFault(null);
      setChosen(picked);
    },
    onError(error) {
      setFault(error);
      setChosen(null);
    },
  });
  const retrying = useMutation({
    ...retryLetters,
    onSuccess: () => {
      setChosen(null);
      onBegun();
    },
  });
  return {
    chosen,
    letters: meant?.letters ?? '',
    picking: picking.isPending,
    pending: retrying.isPending,
    error: retrying.error ?? fault,
    begin(next) {
      setMeant(next);
      setChosen(null);
      setFault(null);
      retrying.reset();
      picking.mutate({ runId });
    },
    pickAgain() {
      retrying.reset();
      picking.mutate({ runId });
    },
    go() {
      if (chosen && meant) {
        const places = meant.places === null ? null : [...meant.places];
        retrying.mutate({ ...whole, places, profile: chosen.profile.sha256 });
      }
    },
    close() {
      setChosen(null);
      setFault(null);
      retrying.reset();
    },
  };
}
