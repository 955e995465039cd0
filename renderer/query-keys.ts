/** First element of every query key: what a topic of the main process invalidates. */
export const KEYS = {
  app: 'app',
  connections: 'connections',
  months: 'months',
  month: 'month',
  jobs: 'jobs',
  samples: 'samples',
  pages: 'pages',
  attempts: 'attempts',
  compare: 'compare',
  breaks: 'breaks',
  close: 'close',
  deadLetters: 'dead-letters',
  runs: 'runs',
  changes: 'changes',
  drift: 'drift',
  findings: 'findings',
  curves: 'curves',
  siem: 'siem',
  reports: 'reports',
  retention: 'retention',
  extracts: 'extracts',
  mappings: 'mappings',
  rules: 'rules',
} as const;

export const jobsKey = [KEYS.jobs] as const;

export function samplesKey(jobId: string) {
  return [KEYS.samples, jobId] as const;
}
