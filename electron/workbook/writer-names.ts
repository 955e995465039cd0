/** Names of sheets as Excel takes them. */

const LONGEST = 31;

export class SheetNames {
  readonly #taken = new Set<string>();

  /** A name like the one wished for that no other sheet has; the second of a name is `Name (2)`. */
  take(wished: string): string {
    const plain = wished
      .replaceAll(/[[\]:*?/\\\p{Cc}]/gu, '_')
      .replaceAll(/^'+|'+$/g, '')
      .trim();
    // Excel keeps History for itself.
    const base = plain === '' || plain.toLowerCase() === 'history' ? `${plain}_` : plain;
    for (let number = 1; ; number += 1) {
      const suffix = number === 1 ? '' : ` (${number})`;
      const name = `${cut(base, LONGEST - suffix.length)}${suffix}`;
      if (this.#taken.has(name.toLowerCase())) continue;
      this.#taken.add(name.toLowerCase());
      return name;
    }
  }
}

/** At most so many UTF-16 units, without half a character at the end. */
function cut(text: string, units: number): string {
  return text.slice(0, units).replace(/[\uD800-\uDBFF]$/, '');
}
