/** A pack checked from its own bytes, as `verify.py` in it does, with nothing of the workspace that wrote it. */
import { TieoutError } from '../../shared/errors.ts';
import type { PackVerification } from '../../shared/pack.ts';
import { sha256 } from '../workspace/evidence.ts';
import { PackCheck, type PackCheckRequest } from './pack-check.ts';
import { PackDifferences } from './pack-differences.ts';
import { PackFile } from './pack-file.ts';
import { type PackManifest, packManifest } from './pack-manifest.ts';
import { Rederivation } from './rederive.ts';
import { verifierText } from './verifier.ts';

/**
 * @throws TieoutError `file-not-found`; `pack-invalid` where the file is no pack.
 */
export async function verifyPack(request: PackCheckRequest): Promise<PackVerification> {
  const differences = new PackDifferences();
  const pack = await PackFile.open(request.path, differences);
  let check: PackCheck | null = null;
  try {
    const manifest = await manifestOf(pack, request, differences);
    if (manifest) {
      const rows = await Rederivation.open();
      try {
        check = new PackCheck(pack, manifest, request, differences, rows);
        await check.all();
      } finally {
        await rows.close();
      }
    }
    const script = pack.members.has('verify.py') ? await pack.text('verify.py').catch(() => null) : null;
    return {
      path: request.path,
      sha256: await pack.sha256(),
      month: manifest?.month ?? null,
      files: pack.members.size,
      pages: check?.pages ?? 0,
      records: check?.records ?? 0,
      auditEvents: check?.events ?? 0,
      verifier: script === null ? null : { sha256: sha256(script), known: script === verifierText() },
      onTrust: check?.onTrust ?? [],
      differences: differences.list,
    };
  } finally {
    await pack.close();
  }
}

/** Null where the directory of the zip is damaged, or the manifest says nothing. */
async function manifestOf(
  pack: PackFile,
  { signal }: PackCheckRequest,
  differences: PackDifferences,
): Promise<PackManifest | null> {
  if (pack.members.size === 0) return null;
  return await differences.attempt('file', 'manifest.json', signal, async () => {
    const read = packManifest.safeParse(JSON.parse(await pack.text('manifest.json')));
    if (read.success) return read.data;
    const faults = read.error.issues.map(({ path, message }) =>
      path.length === 0 ? message : `${path.join('.')}: ${message}`,
    );
    throw new Error(faults.join('; '));
  });
}

/** The first difference as an error of the command. */
export function packFault({ path, differences }: PackVerification): TieoutError {
  const first = differences[0];
  return new TieoutError(
    'check-failed',
    `${path} is not what was written: ${differences.length} ${differences.length === 1 ? 'thing differs' : 'things differ'}, the first ${first?.subject} ${first?.name}; ask for the pack again.`,
    { path, differences: differences.length },
  );
}
