import { describe, expect, it } from 'vitest';
import { elementKind, type Lexeme, readMembers } from '../../../../electron/etrm/canonical/lexemes.ts';
import { readPage } from '../../../../electron/etrm/canonical/page.ts';
import { TieoutError } from '../../../../shared/errors.ts';
import { damagedDocument, record, SEED, samples } from './documents.ts';
import { pythonMembers, pythonVerdicts } from './python-oracle.ts';

function membersOf(text: string): ReadonlyMap<string, Lexeme> {
  const utf8 = Buffer.from(text);
  return readMembers(utf8, 0, utf8.length);
}

/** A member in the form of the oracle's answer; the oracle gives containers as values, which their text must parse to. */
function summary([key, lexeme]: readonly [string, Lexeme]): readonly unknown[] {
  switch (lexeme.kind) {
    case 'string':
      return [key, 'string', lexeme.value];
    case 'number':
      return [key, 'number', lexeme.text, lexeme.integer];
    case 'object':
    case 'array':
      return [key, lexeme.kind, lexeme.text];
    default:
      return [key, lexeme.kind];
  }
}

describe('the members of a record', () => {
  it('keep numbers as they were sent', () => {
    expect([
      ...membersOf('{"a":1.500,"b":-0,"c":1E3,"d":123456789012345678901234567890,"e":NaN,"f":-Infinity}'),
    ]).toEqual([
      ['a', { kind: 'number', text: '1.500', integer: false }],
      ['b', { kind: 'number', text: '-0', integer: true }],
      ['c', { kind: 'number', text: '1E3', integer: false }],
      ['d', { kind: 'number', text: '123456789012345678901234567890', integer: true }],
      ['e', { kind: 'number', text: 'NaN', integer: false }],
      ['f', { kind: 'number', text: '-Infinity', integer: false }],
    ]);
  });

  it('are decoded strings, words, and containers as sent', () => {
    expect([
      ...membersOf(
        '{ "s" : "a\\"é\\u00e9\\ud83d" , "t":true,"f":false,"n":null,"o":{ "x": 1},"l":[1, "é"], "\\ud83d":"" }',
      ),
    ]).toEqual([
      ['s', { kind: 'string', value: 'a"éé\ud83d' }],
      ['t', { kind: 'true' }],
      ['f', { kind: 'false' }],
      ['n', { kind: 'null' }],
      ['o', { kind: 'object', text: '{ "x": 1}' }],
      ['l', { kind: 'array', text: '[1, "é"]' }],
      ['\ud83d', { kind: 'string', value: '' }],
    ]);
  });

  it('are the last of duplicates, in whatever spelling', () => {
    expect([...membersOf('{"a":1,"b":2,"\\u0061":"x"}')]).toEqual([
      ['a', { kind: 'string', value: 'x' }],
      ['b', { kind: 'number', text: '2', integer: true }],
    ]);
  });

  it('are found by the spans of a page', () => {
    const body = Buffer.from('{"results":[{"id":"é1"}, {"id":"2","x":[]},{}]}');
    const page = readPage(body);
    if (page.kind !== 'records') throw new Error(page.kind);
    const ids = Array.from({ length: page.records.length / 2 }, (_, at) =>
      readMembers(body, page.records[2 * at] ?? 0, page.records[2 * at + 1] ?? 0).get('id'),
    );
    expect(ids).toEqual([{ kind: 'string', value: 'é1' }, { kind: 'string', value: '2' }, undefined]);
  });

  it('exist only of an object: any other element has a kind', () => {
    const kinds = ['{}', '[]', '""', '1', '-1', 'NaN', 'true', 'false', 'null'].map((text) =>
      elementKind(Buffer.from(text), 0),
    );
    expect(kinds).toEqual([
      'object',
      'array',
      'string',
      'number',
      'number',
      'number',
      'true',
      'false',
      'null',
    ]);
    expect(() => membersOf('[1]')).toThrow(
      expect.objectContaining({ code: 'vendor-page-shape', details: { seen: 'array' } }),
    );
  });

  it('equal the values that Python reads', () => {
    const records = samples(record, 6000, SEED + 4);
    const answers = pythonMembers(records);
    for (const [at, utf8] of records.entries()) {
      const ours = [...readMembers(utf8, 0, utf8.length)]
        .map(summary)
        .map((member) => (member[1] === 'object' || member[1] === 'array' ? member.slice(0, 2) : member));
      const answer = answers[at];
      const theirs = Array.isArray(answer)
        ? answer.map((member: unknown) =>
            Array.isArray(member) && (member[1] === 'object' || member[1] === 'array')
              ? member.slice(0, 2)
              : member,
          )
        : answer;
      if (JSON.stringify(ours) !== JSON.stringify(theirs)) {
        expect({ record: utf8.toString(), members: ours }).toEqual({
          record: utf8.toString(),
          members: theirs,
        });
      }
    }
  });

  it('are refused where Python refuses the record', () => {
    const damaged = samples(damagedDocument, 4000, SEED + 5).filter((utf8) => utf8[0] === 0x7b);
    expect(damaged.length).toBeGreaterThan(500);
    const answers = pythonVerdicts(damaged);
    for (const [at, utf8] of damaged.entries()) {
      let rejected = false;
      try {
        readMembers(utf8, 0, utf8.length);
      } catch (error) {
        if (!(error instanceof TieoutError)) throw error;
        rejected = true;
      }
      const answer = answers[at];
      if (answer !== undefined && rejected !== 'rejected' in answer) {
        expect({ record: utf8.toString(), rejected }).toEqual({
          record: utf8.toString(),
          rejected: !rejected,
        });
      }
    }
  });
});
