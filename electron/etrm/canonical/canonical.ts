import { Canonicaliser } from './canonicaliser.ts';

const canonicaliser = new Canonicaliser();

/**
 * What Python's `json.dumps(json.loads(text), sort_keys=True)` gives for the same document, byte for byte; all ASCII.
 * Source: CPython 3.11, `docs/hashing.md`.
 * @throws TieoutError json-syntax, json-digits, json-nesting, with `offset` (bytes from 0), `line` and `column`
 *   (from 1), for whatever Python rejects, and for bytes that are not UTF-8.
 */
export function canonicalJson(utf8: Uint8Array): Uint8Array {
  return canonicaliser.on(utf8, () => {
    canonicaliser.open(null);
    canonicaliser.end(canonicaliser.write(canonicaliser.start()));
    return canonicaliser.written();
  });
}
