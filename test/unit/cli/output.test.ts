import { expect, it } from 'vitest';
import { Output } from '../../../electron/cli/output.ts';
import { Redactor } from '../../../electron/credentials/secret.ts';
import { TieoutError } from '../../../shared/errors.ts';

const HOSTILE = 'ACME\u001b[2J\u0007\rLtd\u009b31m\tNYC\nnext line';
const SHOWN = 'ACME\\u001b[2J\\u0007\\u000dLtd\\u009b31m\tNYC\nnext line';

function printed(isTTY: boolean, say: (out: Output) => void, json = false) {
  const texts = { stdout: '', stderr: '' };
  const into = (stream: 'stdout' | 'stderr') => ({
    isTTY,
    write: (text: string | Uint8Array) => {
      texts[stream] += String(text);
      return true;
    },
  });
  const shown = { json, quiet: false, debug: false };
  say(new Output({ stdout: into('stdout'), stderr: into('stderr') }, new Redactor(), shown));
  return texts;
}

it('writes out the control characters of a vendor, that nothing of its text commands a terminal', () => {
  expect(printed(false, (out) => out.say(HOSTILE)).stdout).toBe(`${SHOWN}\n`);
  expect(printed(false, (out) => out.event({ type: 'warning' }, HOSTILE)).stdout).toBe(`${SHOWN}\n`);
  const { stderr } = printed(false, (out) => out.error(new TieoutError('credentials-refused', HOSTILE)));
  expect(stderr).toBe(`tieout: ${SHOWN}\n`);
});

it('shows what was asked for so on a terminal, and leaves it as it is for a file or a pipe', () => {
  expect(printed(true, (out) => out.result(HOSTILE)).stdout).toBe(`${SHOWN}\n`);
  expect(printed(false, (out) => out.result(HOSTILE)).stdout).toBe(`${HOSTILE}\n`);
});

it('leaves line ends of a CSV as they are', () => {
  expect(printed(true, (out) => out.result('a,b\r\nc,d\r')).stdout).toBe('a,b\r\nc,d\r\n');
});
