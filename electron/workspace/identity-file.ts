/** The workspace's id beside its database, so that one that is made anew has the same: the keychain's accounts bear it. */
import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { diskError } from './disk-error.ts';

export const IDENTITY_FILE = 'workspace.json';

const identity = z.object({ workspace_id: z.string().min(1), created_at: z.string() });
export type WorkspaceIdentity = Readonly<z.infer<typeof identity>>;

/** @returns null where there is none that can be read. */
export async function readIdentity(folder: string): Promise<WorkspaceIdentity | null> {
  try {
    return identity.safeParse(JSON.parse(await readFile(join(folder, IDENTITY_FILE), 'utf8'))).data ?? null;
  } catch {
    return null;
  }
}

/** @throws TieoutError `workspace-full`, `workspace-unwritable`. */
export async function keepIdentity(folder: string, given: WorkspaceIdentity): Promise<void> {
  const kept = await readIdentity(folder);
  if (kept?.workspace_id === given.workspace_id && kept.created_at === given.created_at) return;
  const path = join(folder, IDENTITY_FILE);
  const temporary = join(folder, `.${IDENTITY_FILE}.part`);
  try {
    const handle = await open(temporary, 'w');
    try {
      await handle.writeFile(`${JSON.stringify(given)}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
  } catch (error) {
    throw diskError(error, path);
  }
}
