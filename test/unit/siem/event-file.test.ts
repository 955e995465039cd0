import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openEventFile } from '../../../electron/siem/event-file.ts';
import type { ForwardedEvent } from '../../../electron/siem/event-stream.ts';
import { temporaryFolder } from '../workspace/temporary.ts';

const signal = new AbortController().signal;

function event(seq: number, size = 100): ForwardedEvent {
  const json = JSON.stringify({ seq, prev_sha256: '0', text: 'ü'.repeat(size / 2) });
  const context = {
    ...{ workspace_id: 'w', app_version: '0', host: 'h', severity: 'info' as const },
    ...{ correlation_id: null, request_id: null },
  };
  return {
    seq,
    at: '2024-04-02T08:00:00.000Z',
    actor: 'a',
    type: 't.e',
    prevSha256: '0',
    sha256: '0',
    context,
    json,
  };
}

const events = (first: number, last: number, size?: number): readonly ForwardedEvent[] =>
  Array.from({ length: last - first + 1 }, (_, at) => event(first + at, size));

function file(maxBytes = 1_000_000, keep = 3) {
  const folder = join(temporaryFolder(), 'events');
  const path = join(folder, 'audit.ndjson');
  return { folder, path, receiver: openEventFile({ kind: 'file', path, maxBytes, keep }) };
}

function seqs(path: string): readonly number[] {
  const text = readFileSync(path, 'utf8');
  expect(text.endsWith('\n')).toBe(true);
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).seq);
}

describe('a file of events', () => {
  it('grows by whole lines, for its owner only', async () => {
    const { path, receiver } = file();
    await receiver.deliver(events(1, 3), signal);
    await receiver.deliver(events(4, 4), signal);
    expect(seqs(path)).toEqual([1, 2, 3, 4]);
    if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('is rotated before it grows too large, within a batch too, and the oldest goes', async () => {
    const { folder, path, receiver } = file(10_000, 2);
    await receiver.deliver(events(1, 9, 1000), signal);
    expect(readdirSync(folder)).toEqual(['audit.ndjson']);
    await receiver.deliver(events(10, 40, 1000), signal);
    expect(readdirSync(folder).sort()).toEqual(['audit.ndjson', 'audit.ndjson.1', 'audit.ndjson.2']);
    const all = [`${path}.2`, `${path}.1`, path].flatMap(seqs);
    expect(all).toEqual(Array.from({ length: all.length }, (_, at) => 41 - all.length + at));
    for (const name of readdirSync(folder)) {
      expect(statSync(join(folder, name)).size).toBeLessThanOrEqual(10_000);
    }
  });

  it.each([
    ['after whole lines', '{"seq":3,"prev_'],
    ['after whole lines, by a letter', '{'],
  ])('loses a line that a crash left torn, %s', async (_, torn) => {
    const { path, receiver } = file();
    await receiver.deliver(events(1, 2), signal);
    appendFileSync(path, torn);
    await receiver.deliver(events(3, 4), signal);
    expect(seqs(path)).toEqual([1, 2, 3, 4]);
  });

  it.each(['{"seq":1,"prev_', '{"s', '{'])('loses a first line that a crash left torn: %s', async (torn) => {
    const { folder, path, receiver } = file();
    mkdirSync(folder);
    writeFileSync(path, torn);
    await receiver.deliver(events(1, 2), signal);
    expect(seqs(path)).toEqual([1, 2]);
  });

  it.each(['month,amount\n2024-03,1\n', '{"other":1}\n', 'text without an end', '\n'])(
    'is never one that holds something else: %j',
    async (text) => {
      const { folder, path, receiver } = file();
      mkdirSync(folder);
      writeFileSync(path, text);
      for (const attempt of [
        () => receiver.deliver(events(1, 1), signal),
        () => receiver.probe(event(0), signal),
      ]) {
        await expect(attempt()).rejects.toMatchObject({
          code: 'siem-invalid',
          message: `${path} holds something that is no forwarded event; name a file of its own.`,
        });
      }
      expect(readFileSync(path, 'utf8')).toBe(text);
    },
  );

  it('that was moved away is made anew', async () => {
    const { path, receiver } = file();
    await receiver.deliver(events(1, 2), signal);
    renameSync(path, `${path}.taken`);
    await receiver.deliver(events(3, 3), signal);
    expect(seqs(path)).toEqual([3]);
  });

  it('that cannot be written says so', async () => {
    const { path, receiver } = file();
    mkdirSync(path, { recursive: true });
    await expect(receiver.deliver(events(1, 1), signal)).rejects.toMatchObject({
      ...{ code: 'siem-undelivered', held: true },
      message: expect.stringMatching(/cannot be written \(EISDIR\)/),
    });
  });

  it('is tried without writing an event', async () => {
    const { path, receiver } = file();
    await receiver.probe(event(0), signal);
    expect(readFileSync(path, 'utf8')).toBe('');
  });

  it('is named by a whole path', () => {
    expect(() => openEventFile({ kind: 'file', path: 'audit.ndjson', maxBytes: 1e6, keep: 1 })).toThrow(
      'is no absolute path',
    );
  });
});
