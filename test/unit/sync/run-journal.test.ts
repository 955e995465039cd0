import { expect, it } from 'vitest';
import { type Journalled, RunJournal } from '../../../electron/sync/run-journal.ts';

const note = (type: string) => ({ at: '2024-04-01T00:00:00Z', type, payload: {} });

it('hands over what waits once, and again, in its order, where it was not kept', async () => {
  const journal = new RunJournal();
  const kept: string[][] = [];
  const keep = async ({ notes }: Journalled): Promise<void> => {
    kept.push(notes.map(({ type }) => type));
  };
  journal.note(note('first'));
  const refused = journal.keep(async () => {
    journal.note(note('meanwhile'));
    throw new Error('the disk is full');
  });
  await expect(refused).rejects.toThrow('the disk is full');
  await journal.keep(keep);
  journal.note(note('later'));
  await journal.keep(keep);
  await journal.keep(keep);
  expect(kept).toEqual([['first', 'meanwhile'], ['later'], []]);
});
