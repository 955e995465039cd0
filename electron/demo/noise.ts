/**
 * Deterministic noise: a 32-bit mix of a seed and keys (the finaliser of MurmurHash3). The same keys give the
 * same value on every machine and in any order of asking, so that record *n* can be made without its predecessors.
 * @returns an integer from 0 to 2^32 - 1
 */
export function noise(seed: number, topic: number, a: number, b = 0): number {
  let state = 0x9e3779b9;
  state = mix(state ^ Math.imul(seed | 0, 0x85ebca6b) ^ Math.trunc(seed / 0x1_0000_0000));
  state = mix(state ^ Math.imul(topic, 0xc2b2ae35));
  state = mix(state ^ Math.imul(a, 0x27d4eb2f));
  return mix(state ^ Math.imul(b, 0x165667b1));
}

function mix(value: number): number {
  let h = value;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** One of the list, by noise. */
export function pick<T>(list: readonly [T, ...T[]], value: number): T {
  return list[value % list.length] ?? list[0];
}

/** The list in an order that depends on the seed only. */
export function shuffled<T>(list: readonly T[], seed: number, topic: number): T[] {
  const keyed = list.map((item, at) => ({ item, key: noise(seed, topic, at), at }));
  keyed.sort((x, y) => x.key - y.key || x.at - y.at);
  return keyed.map(({ item }) => item);
}
