import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Session } from '../../../electron/cli/session.ts';
import { temporaryFolder } from '../workspace/temporary.ts';

it('opens its workspace once, however many ask for it: a file that is open twice gets torn', async () => {
  const nowhere = { write: () => true };
  const session = new Session(
    {
      ...{ stdin: process.stdin, stdout: nowhere, stderr: nowhere, env: { TIEOUT_ACTOR: ' ann ' } },
      signal: new AbortController().signal,
    },
    { workspace: join(temporaryFolder(), 'workspace'), quiet: true },
  );
  const [one, other] = await Promise.all([session.app(), session.appAsItIs()]);
  expect(other).toBe(one);
  expect(await session.app()).toBe(one);
  await session.close();
});
