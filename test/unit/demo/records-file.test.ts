import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { slotsWithin } from '../../../electron/demo/record-set.ts';
import { readRecordsFile } from '../../../electron/demo/records-file.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tieout-records-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function served(content: string | Uint8Array, start = '2024-03-01', end = '2024-03-31') {
  const path = join(folder, 'records.jsonl');
  await writeFile(path, content);
  const set = await readRecordsFile(path);
  return [...slotsWithin(set, start, end)].map((slot) => Buffer.from(set.bytes(slot)).toString('utf8'));
}

const at = (start: string, timezone = 'America/New_York') =>
  `{"delivery_start":"${start}","timezone":"${timezone}"}`;

describe('a records file', () => {
  it('is served byte for byte, odd spacing and numbers included', async () => {
    const line = `{ "b" : 1.500e+2 ,"a":"\\u00e9é", "timezone":"America/New_York","delivery_start":"2024-03-01T00:00:00-05:00", "n":12345678901234.123456789 } `;
    expect(await served(`${line}\n`)).toEqual([line]);
  });

  it('may end its lines with CRLF, begin with a byte order mark, hold empty lines and lack the last line end', async () => {
    const [a, b] = [at('2024-03-01T12:00:00Z'), at('2024-03-02T12:00:00Z')];
    expect(await served(`\ufeff${a}\r\n\r\n  \n${b}`)).toEqual([a, b]);
    expect(await served('')).toEqual([]);
  });

  it('is filtered by the local date of each record, both days included', async () => {
    const lines = [
      at('2024-03-01T04:59:59Z'), // 29 February in New York
      at('2024-03-01T05:00:00Z'),
      at('2024-04-01T03:59:59.999Z'),
      at('2024-04-01T04:00:00Z'), // 1 April in New York
      at('2024-04-01T06:59:00Z', 'America/Los_Angeles'),
      at('2024-02-29T15:00:00Z', 'Asia/Tokyo'),
    ];
    expect(await served(lines.join('\n'))).toEqual([lines[1], lines[2], lines[4], lines[5]]);
  });

  it('serves in every month what cannot be placed in one', async () => {
    const lines = [
      '{"settlement_id":"S-1"}',
      at('2024-03-01 noon'),
      at('2024-02-30T00:00:00Z'),
      at('2024-03-01T00:00:00'),
      at('2024-03-01T00:00:00Z', 'Mars/Olympus'),
      '{"delivery_start":20240301,"timezone":"UTC"}',
      '[1,2]',
      'null',
    ];
    expect(await served(lines.join('\n'), '1999-01-01', '1999-01-31')).toEqual(lines);
  });

  it('is refused with the number of every line that is not JSON', async () => {
    const bytes = Buffer.concat([
      Buffer.from(`{}\n{"a":}\n{}\nNaN\n{"a":"`),
      Buffer.from([0xff]),
      Buffer.from('"}\n'),
    ]);
    await expect(served(bytes)).rejects.toMatchObject({
      code: 'records-file-invalid',
      message: expect.stringContaining('lines 2, 4, 5'),
      details: { lines: ['2', '4', '5'] },
    });
  });

  it('that does not exist is said so', async () => {
    await expect(readRecordsFile(join(folder, 'none.jsonl'))).rejects.toMatchObject({
      code: 'file-not-found',
    });
    await expect(readRecordsFile(folder)).rejects.toMatchObject({ code: 'file-unreadable' });
  });
});
