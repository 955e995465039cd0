/** Records a second, over the last few seconds: what an analyst means by "how fast is it now". */

/** What a job's snapshot said at an instant (milliseconds since 1970). */
export interface JobSample {
  readonly at: number;
  readonly records: number;
}

const SPAN_MS = 5000;

/** The samples of the last seconds, with one before them to measure from. */
export function withSample(samples: readonly JobSample[], sample: JobSample): readonly JobSample[] {
  const all = [...samples, sample];
  const firstInside = all.findIndex(({ at }) => at >= sample.at - SPAN_MS);
  return all.slice(Math.max(0, firstInside - 1));
}

/** Null until there are two samples to measure between; falls towards 0 while nothing arrives. */
export function recordsPerSecond(samples: readonly JobSample[], now: number): number | null {
  const first = samples[0];
  const last = samples.at(-1);
  if (!first || !last || samples.length < 2) return null;
  const elapsed = Math.max(now, last.at) - first.at;
  if (elapsed < 250) return null;
  return ((last.records - first.records) * 1000) / elapsed;
}
