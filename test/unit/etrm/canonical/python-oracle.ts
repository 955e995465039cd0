import { spawnSync } from 'node:child_process';

/**
 * Answers of a real Python to many inputs, from one process. Inputs and answers are each four bytes of length, little
 * endian, and that many bytes. `script` is Python that defines `answer(data: bytes) -> bytes`.
 */
function askPython(executable: string, script: string, inputs: readonly Uint8Array[]): readonly Buffer[] {
  const run = spawnSync(executable, ['-c', `${script}\n${LOOP}`], {
    input: Buffer.concat(inputs.flatMap((input) => [sizeOf(input), input])),
    maxBuffer: 2 ** 30,
  });
  if (run.status !== 0)
    throw new Error(`${executable} failed: ${run.error?.message ?? run.stderr.toString()}`);
  const answers: Buffer[] = [];
  for (let at = 0; at < run.stdout.length; ) {
    const end = at + 4 + run.stdout.readUInt32LE(at);
    answers.push(run.stdout.subarray(at + 4, end));
    at = end;
  }
  if (answers.length !== inputs.length)
    throw new Error(`${answers.length} answers to ${inputs.length} inputs`);
  return answers;
}

const LOOP = `
import sys
read, write = sys.stdin.buffer.read, sys.stdout.buffer.write
while size := read(4):
    data = answer(read(int.from_bytes(size, 'little')))
    write(len(data).to_bytes(4, 'little') + data)
`;

function sizeOf(input: Uint8Array): Uint8Array {
  const size = Buffer.alloc(4);
  size.writeUInt32LE(input.length);
  return size;
}

/** Python's canonical form of a document, or why it rejects it. */
export type Verdict =
  | { readonly canonical: string }
  | { readonly rejected: 'json-syntax' | 'json-digits' | 'json-nesting' };

const CANONICAL = `
import json
def answer(data):
    try:
        return b'=' + json.dumps(json.loads(data.decode()), sort_keys=True).encode()
    except RecursionError:
        return b'json-nesting'
    except (json.JSONDecodeError, UnicodeDecodeError):
        return b'json-syntax'
    except ValueError:
        return b'json-digits'
`;

/** What CPython's `json.dumps(json.loads(text), sort_keys=True)` makes of each document. */
export function pythonVerdicts(documents: readonly Uint8Array[]): readonly Verdict[] {
  return askPython('python3', CANONICAL, documents).map((answer) => {
    const text = answer.toString('ascii');
    if (text.startsWith('=')) return { canonical: text.slice(1) };
    if (text === 'json-syntax' || text === 'json-digits' || text === 'json-nesting')
      return { rejected: text };
    throw new Error(`unexpected answer ${text}`);
  });
}

const SEED_LOOP = `
import json, hashlib
def answer(data):
    try:
        page = json.loads(data.decode())
    except ValueError:
        return b'not-json'
    if not isinstance(page, dict):
        return b'not-an-object'
    hashed = hashlib.sha256(json.dumps(page['results'], sort_keys=True).encode()).hexdigest() if 'results' in page else ''
    results = page.get('results')
    kind = 'empty' if not results else 'records' if isinstance(results, list) else 'not-an-array'
    count = len(results) if isinstance(results, list) else 0
    return json.dumps([kind, hashed, count, bool(page.get('next_page'))]).encode()
`;

/** What the seed's loop sees of each page. */
export function pythonPages(bodies: readonly Uint8Array[]): readonly unknown[] {
  return askPython('python3', SEED_LOOP, bodies).map((answer) => {
    const text = answer.toString();
    return text.startsWith('[') ? JSON.parse(text) : text;
  });
}

const MEMBERS = `
import json
class Token(str):
    pass
def lexeme(value):
    if isinstance(value, Token):
        return ['number', value[1:], value[0] == 'i']
    if isinstance(value, str):
        return ['string', value]
    if isinstance(value, bool) or value is None:
        return [json.dumps(value)]
    return ['object', value] if isinstance(value, dict) else ['array', value]
def answer(data):
    record = json.loads(data.decode(), parse_int=lambda text: Token('i' + text),
        parse_float=lambda text: Token('f' + text), parse_constant=lambda text: Token('f' + text))
    return json.dumps([[key, *lexeme(value)] for key, value in record.items()]).encode()
`;

/** The members of each record: key, kind, then value or token and whether it is an integer. Tokens within containers are strings of `i` or `f` and the token. */
export function pythonMembers(records: readonly Uint8Array[]): readonly unknown[] {
  return askPython('python3', MEMBERS, records).map((answer) => JSON.parse(answer.toString()));
}

/** The Python that has Debian's `requests`, which the seed's client uses. */
const PYTHON_WITH_REQUESTS = '/usr/bin/python3';

export function hasRequests(): boolean {
  return spawnSync(PYTHON_WITH_REQUESTS, ['-c', 'import requests']).status === 0;
}

const RESPONSE_JSON = `
import json, requests
from requests.utils import get_encoding_from_headers
from requests.structures import CaseInsensitiveDict
def answer(data):
    header, body = data.split(b'\\x00', 1)
    response = requests.Response()
    headers = {'content-type': header[1:].decode('latin-1')} if header[:1] == b'=' else {}
    response.headers = CaseInsensitiveDict(headers)
    response._content = body
    try:
        response.encoding = get_encoding_from_headers(response.headers)
        return b'=' + json.dumps(response.json(), sort_keys=True).encode()
    except Exception as error:
        return type(error).__name__.encode()
`;

/** A response: the value of its content type header, null for none, and its body. */
export type ResponseCase = readonly [contentType: string | null, body: Uint8Array];

/** What `response.json()` of Python's requests gives, in canonical form, or null where it raises. */
export function pythonResponses(responses: readonly ResponseCase[]): readonly (string | null)[] {
  const inputs = responses.map(([contentType, body]) =>
    Buffer.concat([Buffer.from(contentType === null ? '-\0' : `=${contentType}\0`, 'latin1'), body]),
  );
  return askPython(PYTHON_WITH_REQUESTS, RESPONSE_JSON, inputs).map((answer) => {
    const text = answer.toString('ascii');
    return text.startsWith('=') ? text.slice(1) : null;
  });
}
