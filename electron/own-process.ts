/** Scripts in a process of their own, as Electron starts them: its binary does not run as plain Node. */
import { utilityProcess } from 'electron';
import type { RunScript } from './workspace/probe.ts';

/** A process that breaks down ends with a signal's number or a system's code, never with one of these. */
const OWN_CODES = [0, 1, 2, 3];

export const runWithElectron: RunScript = (script, args) =>
  new Promise((resolve) => {
    const child = utilityProcess.fork(script, [...args], { stdio: 'pipe', serviceName: 'Tieout' });
    let stdout = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.once('exit', (code) => resolve({ code: OWN_CODES.includes(code) ? code : null, stdout }));
  });
