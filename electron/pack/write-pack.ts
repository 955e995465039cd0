/**
 * A month's evidence pack: one zip that can be checked with nothing but Python. The same month, reconciled and signed as
 * it is, gives the same bytes: every time in it is of the run or the reconciliation.
 */
import { randomUUID } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { mkdir, open, rm } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import type { ReportEvent } from '../../shared/events.ts';
import type { Month } from '../../shared/month.ts';
import { type Clock, isoTime } from '../clock.ts';
import { ReportData } from '../report/report-data.ts';
import { fileError, refuseExisting, SafeFiles, type WrittenFile } from '../report/safe-file.ts';
import { appendAudit } from '../workspace/audit-chain.ts';
import { sha256 } from '../workspace/evidence.ts';
import type { Workspace } from '../workspace/workspace.ts';
import type { PackManifest } from './pack-manifest.ts';
import { type PackMember, PackMembers } from './pack-members.ts';
import { readmeText } from './readme.ts';
import { verifierText } from './verifier.ts';
import { STORED } from './zip-layout.ts';
import { ZipWriter } from './zip-writer.ts';

export interface PackParts {
  readonly workspace: Workspace;
  readonly clock: Clock;
  readonly actor: string;
}

export interface PackRequest {
  readonly month: Month;
  /** A file; without an extension, a folder. */
  readonly out: string;
  readonly overwrite: boolean;
  readonly signal: AbortSignal;
  readonly onProgress: (step: string, done: number, total: number | null) => void;
}

/** The file, or its place in the folder. */
function packPath(out: string, month: Month): string {
  const wished = resolve(out);
  const isFolder =
    extname(wished) === '' || (statSync(wished, { throwIfNoEntry: false })?.isDirectory() ?? false);
  return isFolder ? join(wished, `tieout-${month}-pack.zip`) : wished;
}

/** Fills the zip. @returns what its manifest tells. */
async function fill(zip: ZipWriter, members: PackMembers, data: ReportData, say: PackRequest['onProgress']) {
  const { head } = data;
  const add = async ({ name, pieces }: PackMember): Promise<void> => {
    say(`Packing ${name}`, zip.members.length, null);
    await zip.add(name, pieces);
  };
  const { source } = head;
  const verifier = verifierText();
  const profile = await members.profile();
  const extracts: PackManifest['extracts'] = [];
  const reports = members.reports();
  const read: PackMember[] = [];
  for await (const { told, members: files } of members.extracts()) {
    extracts.push(told);
    read.push(...files);
  }
  const manifest: Omit<PackManifest, 'files'> = {
    format: 'tieout-pack-1',
    month: head.month,
    recon_id: head.recon_id,
    preparer: head.preparer,
    reconciled_at: head.reconciled_at,
    app_version: head.app_version,
    source: {
      run_id: source.run_id,
      connection: source.connection,
      base_url: source.base_url,
      resource: source.resource,
      start_date: source.start_date,
      end_date: source.end_date,
    },
    profile: profile.told,
    extracts,
    report: reports[0]?.name ?? '',
    decisions: await members.decisions(),
    control: {
      pages: source.pages,
      records: source.records,
      rejected: source.rejected,
      committed: source.committed,
      matched: head.matched,
      breaks: head.breaks,
      pending: head.pending,
      by_category: head.by_category,
      etrm_total: head.etrm_total,
      ledger_total: head.ledger_total,
    },
    hashes: {
      run_sha256: source.run_sha256,
      recon_sha256: head.recon_sha256,
      rules_sha256: head.rules_sha256,
      profile_sha256: profile.sha256,
      verifier_sha256: sha256(verifier),
      audit_head: head.read_until,
    },
  };
  // What a reader opens first lies in the zip as it is.
  await zip.add('README.txt', [readmeText(manifest, manifest.hashes.verifier_sha256)], STORED);
  await zip.add('verify.py', [verifier], STORED);
  for (const member of reports) await add(member);
  for await (const member of members.pages()) {
    say('Packing pages', zip.members.length, source.pages);
    await zip.add(member.name, member.pieces);
  }
  for (const member of [...members.hashes(), ...read, ...profile.members]) await add(member);
  await add(await members.rules());
  await add(members.audit());
  for (const member of await members.signOff()) await add(member);
  const files = zip.members.map(({ name, size, sha256: digest, packedSha256 }) => ({
    name,
    bytes: size,
    sha256: digest,
    packed_sha256: packedSha256,
  }));
  await zip.add('manifest.json', [`${JSON.stringify({ ...manifest, files }, null, 2)}\n`], STORED);
  await zip.end();
}

export interface WrittenPack extends ReportEvent {
  readonly verifier_sha256: string;
}

/**
 * @returns the pack with its SHA-256, recorded in the audit chain.
 * @throws TieoutError `nothing-to-do`, `file-exists`, `file-unreadable`, `workspace-full`, `check-failed` where evidence is
 *   gone. Nothing is written then.
 */
export async function writePack(parts: PackParts, request: PackRequest): Promise<WrittenPack> {
  const { workspace } = parts;
  const { month, signal, onProgress } = request;
  onProgress('Reading the reconciliation', 0, null);
  const data = await ReportData.of(workspace.database, month, workspace.evidence);
  const path = packPath(request.out, month);
  refuseExisting([path], request.overwrite);
  const draft = join(dirname(path), `.tieout-${randomUUID()}.part`);
  const safe = new SafeFiles(request.overwrite, signal);
  let written: WrittenFile;
  try {
    await mkdir(dirname(path), { recursive: true });
    const handle = await open(draft, 'wx');
    try {
      await fill(new ZipWriter(handle, signal), new PackMembers(workspace, data, signal), data, onProgress);
    } finally {
      await handle.close();
    }
    onProgress('Writing the pack', 0, null);
    written = await safe.write(path, createReadStream(draft));
    signal.throwIfAborted();
    await safe.place();
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw fileError(error, path);
  } finally {
    await safe.discard();
    await rm(draft, { force: true }).catch(() => {});
  }
  const at = isoTime(parts.clock.now());
  await workspace.database.transaction(async (tx) => {
    const seq = await appendAudit(tx, {
      at,
      actor: parts.actor,
      type: 'report.export',
      payload: {
        month,
        recon_id: data.head.recon_id,
        format: 'pack',
        folder: dirname(path),
        files: [`${written.sha256}  ${basename(path)}`],
        recon_sha256: data.head.recon_sha256,
        read_until: data.head.read_until.sha256,
        verifier_sha256: sha256(verifierText()),
      },
    });
    await tx.run('INSERT INTO report VALUES (?, ?, ?, ?, ?, ?, ?)', [
      ...[seq, month, data.head.recon_id, path, 'pack', written.sha256, at],
    ]);
  });
  return { type: 'report', path, sha256: written.sha256, verifier_sha256: sha256(verifierText()) };
}
