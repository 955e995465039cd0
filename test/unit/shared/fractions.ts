/** Exact arithmetic that is not ours: CPython's `fractions`, asked for many answers at once. */
import { spawnSync } from 'node:child_process';

const SCRIPT = `
import json, sys
from fractions import Fraction

def plain(value):
    """Shortest plain notation of a fraction whose denominator is made of twos and fives."""
    scale = 0
    while value.denominator != 1:
        value *= 10
        scale += 1
    digits = str(abs(value.numerator)).rjust(scale + 1, '0')
    text = digits[:-scale] + '.' + digits[-scale:] if scale else digits
    return ('-' if value < 0 else '') + text

def answer(operation, *texts):
    a, b = [Fraction(text) for text in texts + texts][:2]
    if operation == 'value':
        return plain(a)
    if operation == 'add':
        return plain(a + b)
    if operation == 'subtract':
        return plain(a - b)
    if operation == 'multiply':
        return plain(a * b)
    if operation == 'divide':
        # round() of a Fraction takes a half to the even neighbour.
        return plain(round(a / b, int(texts[2])))
    return str((a > b) - (a < b))

for line in sys.stdin:
    print(answer(*json.loads(line)))
`;

export type Question = readonly [
  operation: 'value' | 'add' | 'subtract' | 'multiply' | 'divide' | 'compare',
  ...texts: string[],
];

/** Python's answers in shortest plain notation; `divide` takes the places to round to, `compare` gives -1, 0 or 1. */
export function pythonFractions(questions: readonly Question[]): readonly string[] {
  const input = questions.map((question) => `${JSON.stringify(question)}\n`).join('');
  const run = spawnSync('python3', ['-c', SCRIPT], { input, maxBuffer: 2 ** 28, encoding: 'utf8' });
  if (run.status !== 0) throw new Error(`python3 failed: ${run.error?.message ?? run.stderr}`);
  return run.stdout.trimEnd().split('\n');
}
