/** A SHA-256 as 64 lower-case hexadecimal digits. */
export type Sha256 = string & { readonly __brand: 'sha256' };

const SHA256 = /^[0-9a-f]{64}$/;

function isSha256(text: string): text is Sha256 {
  return SHA256.test(text);
}

/** @throws RangeError where the text is not 64 lower-case hexadecimal digits. */
export function sha256Of(text: string): Sha256 {
  if (!isSha256(text)) throw new RangeError(`not a SHA-256: ${text}`);
  return text;
}

/** `4f1a 09bc ...`: the digest in groups of `size` digits, as an eye compares it. */
export function groupedHex(digest: string, size = 4): readonly string[] {
  const groups: string[] = [];
  for (let at = 0; at < digest.length; at += size) groups.push(digest.slice(at, at + size));
  return groups;
}

/**
 * A small picture of a digest for the eye: a 5 x 5 grid, mirrored left to right, and a hue.
 * It helps to *spot* a difference; equality is decided by the digits.
 */
export interface DigestPicture {
  /** 25 cells, row by row; true is filled. */
  readonly cells: readonly boolean[];
  /** Degrees, 0 to 359. */
  readonly hue: number;
}

export function digestPicture(digest: Sha256): DigestPicture {
  const half = Array.from({ length: 15 }, (_, at) => Number.parseInt(digest[at] ?? '0', 16) % 2 === 0);
  const cells = Array.from({ length: 25 }, (_, at) => {
    const row = Math.floor(at / 5);
    const column = at % 5;
    return half[row * 3 + (column < 3 ? column : 4 - column)] ?? false;
  });
  return { cells, hue: Number.parseInt(digest.slice(15, 19), 16) % 360 };
}
