import { describe, expect, it } from 'vitest';
import { readPage } from '../../../electron/etrm/canonical/page.ts';
import { typePage } from '../../../electron/ingest/page-records.ts';
import { settlementTyping } from '../../../electron/ingest/settlement-record.ts';
import { recordJson } from './sample-record.ts';

function typed(results: readonly string[]) {
  const body = Buffer.from(`{"results":[${results.join(' , ')}],"next_page":false}`);
  const reading = readPage(body);
  if (reading.kind !== 'records') throw new Error('a page without records');
  return typePage(body, reading.records, settlementTyping(), () => {});
}

describe('a page’s records', () => {
  it('are all there, accepted or dead, each at its place', () => {
    const page = typed([recordJson(), recordJson({ price: 'null' }), recordJson({ settlement_id: '"S-2"' })]);
    expect(page.accepted.map(({ index, settlement }) => [index, settlement.settlement_id])).toEqual([
      [0, 'S-1'],
      [2, 'S-2'],
    ]);
    expect(page.deadLetters.map(({ index, settlementId }) => [index, settlementId])).toEqual([[1, 'S-1']]);
  });

  it('that are no objects are dead letters that say what they are', () => {
    const page = typed(['1', '"text"', '[{}]', 'null', 'true', recordJson()]);
    expect(page.accepted).toHaveLength(1);
    expect(page.deadLetters.map(({ raw }) => raw)).toEqual(['1', '"text"', '[{}]', 'null', 'true']);
    for (const { settlementId, reasons } of page.deadLetters) {
      expect(settlementId).toBeNull();
      expect(reasons).toEqual([expect.objectContaining({ field: '', code: 'not-an-object' })]);
    }
    expect(page.deadLetters[0]?.reasons[0]?.message).toBe('the record is number, not an object');
  });

  it('that are dead keep their text as it was received', () => {
    const raw =
      '{ "settlement_id" : "S\\u002d9",\t"amount": 1.10, "amount": 1.20, "counterparty": "Müller" }';
    expect(typed([raw]).deadLetters[0]).toMatchObject({ raw, settlementId: 'S-9' });
  });
});
