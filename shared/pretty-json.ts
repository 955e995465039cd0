/**
 * JSON indented for the eye, token by token: digits, escapes, the order of members and members that come twice stay as
 * they were sent. Text that is no JSON comes out as it stands, spread over lines.
 */

const STEP = '  ';

/** The end of the string that begins at `at`. */
function stringEnd(text: string, at: number): number {
  let end = at + 1;
  while (end < text.length && text[end] !== '"') end += text[end] === '\\' ? 2 : 1;
  return Math.min(end + 1, text.length);
}

function skipBlanks(text: string, at: number): number {
  let next = at;
  while (next < text.length && /\s/.test(text[next] ?? '')) next += 1;
  return next;
}

export function prettyJson(text: string): string {
  let pretty = '';
  let depth = 0;
  const line = (): string => `\n${STEP.repeat(Math.max(0, depth))}`;
  for (let at = skipBlanks(text, 0); at < text.length; at = skipBlanks(text, at)) {
    const character = text[at] ?? '';
    if (character === '"') {
      const end = stringEnd(text, at);
      pretty += text.slice(at, end);
      at = end;
      continue;
    }
    at += 1;
    if (character === '{' || character === '[') {
      const next = skipBlanks(text, at);
      const close = text[next];
      if (close === '}' || close === ']') {
        pretty += character + close;
        at = next + 1;
        continue;
      }
      depth += 1;
      pretty += character + line();
    } else if (character === '}' || character === ']') {
      depth -= 1;
      pretty += line() + character;
    } else if (character === ',') pretty += `,${line()}`;
    else if (character === ':') pretty += ': ';
    else pretty += character;
  }
  return pretty;
}
