/** What the services of breaks and close work with. */
import type { Clock } from '../clock.ts';
import type { Redactor } from '../credentials/secret.ts';
import type { Workspace } from '../workspace/workspace.ts';

export interface CloseParts {
  readonly workspace: Workspace;
  readonly clock: Clock;
  readonly actor: string;
  /** Whom the operating system says; the actor where it is not told apart. */
  readonly login?: string | undefined;
  readonly redactor: Redactor;
}
