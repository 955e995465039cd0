import { FAULTS, type Fault } from './faults.ts';

const SOUND = ['- 200 -', '1 200 -', '2 200 -', '3 200 -'];

/** `page 2: 429 x5, waits 0, 3, 6, 12 s`: attempts that went alike are told together. */
function attempts(lines: readonly string[]): string[] {
  const runs: { readonly what: string; times: number; readonly waits: number[] }[] = [];
  for (const line of lines) {
    const [page = '', outcome = '', delay = ''] = line.split(' ');
    const what = `${page === '-' ? 'token' : `page ${page}`}: ${outcome}`;
    const last = runs.at(-1);
    const run = last?.what === what ? last : { what, times: 0, waits: [] };
    if (run !== last) runs.push(run);
    run.times += 1;
    if (delay !== '-') run.waits.push(Number(delay) / 1000);
  }
  return runs.map(
    ({ what, times, waits }) =>
      `${what}${times > 1 ? ` x${times}` : ''}${waits.length > 0 ? `, waits ${waits.join(', ')} s` : ''}`,
  );
}

/** Only what is not as it should be, or not as often. */
function logged(fault: Fault): string {
  const rest = [...SOUND, '1 200 -'];
  const odd = fault.log.filter((line) => {
    const at = rest.indexOf(line);
    if (at >= 0) rest.splice(at, 1);
    return at < 0;
  });
  const warnings = (fault.warnings ?? []).map((code) => `warning \`${code}\``);
  const end = fault.ends === 'done' ? '`sync done`' : `\`${fault.ends}\``;
  return [...attempts(odd), ...warnings, end].join('; ');
}

/** The table of docs/vendor-client.md. */
export function renderMatrix(): string {
  const rows = FAULTS.map(
    (fault) =>
      `| ${fault.name} | ${fault.ends === 'done' ? 'done' : `\`${fault.ends}\``} | ${fault.exitCode} | ${fault.committed} | ${logged(fault)} |`,
  );
  return `${['| fault | ends | exit | pages | the log says |', '|---|---|---|---|---|', ...rows].join('\n')}\n`;
}
