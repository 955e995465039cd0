/** tieout rebuild: the database made anew from the audit chain and the evidence. */
import { randomUUID } from 'node:crypto';
import { TieoutError } from '../../shared/errors.ts';
import { identityOf } from '../actor.ts';
import { systemClock } from '../clock.ts';
import { systemKeychain } from '../credentials/keychain.ts';
import { type Rebuilt, rebuildWorkspace } from '../rebuild/rebuild.ts';
import { VERSION } from '../version.ts';
import { runWithNode } from '../workspace/probe.ts';
import { many } from './count-words.ts';
import { ProgressBar } from './progress-bar.ts';
import type { Session } from './session.ts';
import { inWords } from './wording.ts';

function tell(session: Session, { runs, differences, event }: Rebuilt): void {
  for (const run of runs) session.out.event(run, inWords(run));
  for (const { subject, name, expected, found } of differences) {
    session.out.event(
      { type: 'difference', subject, name, expected, found },
      `differs: ${subject} ${name}: expected ${expected}, found ${found}`,
    );
  }
  session.out.event(event, inWords(event));
}

/** @returns 0; an error where something was not as it should be, once it is rebuilt. */
export async function rebuildCommand(session: Session): Promise<number> {
  let bar: ProgressBar | null = null;
  const rebuilt = await rebuildWorkspace(
    {
      workspaceFolder: session.folder,
      appVersion: VERSION,
      actor: identityOf(session.environment.env).actor,
      clock: systemClock,
      newId: randomUUID,
      keychain: systemKeychain(),
      redactor: session.redactor,
      runScript: runWithNode,
    },
    {
      signal: session.signal,
      onProgress: (step, done, total) => {
        if (total === null) session.out.say(step);
        else {
          bar ??= new ProgressBar(session.out, total);
          bar.show(done, step);
        }
      },
    },
  );
  tell(session, rebuilt);
  const [first] = rebuilt.differences;
  if (!first) return 0;
  throw new TieoutError(
    'check-failed',
    `The workspace is rebuilt, and ${many(rebuilt.differences.length, 'thing')} in it ${rebuilt.differences.length === 1 ? 'was' : 'were'} not as the audit chain tells, the first ${first.subject} ${first.name}; see what was printed before.`,
  );
}
