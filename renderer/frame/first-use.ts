/**
 * Whether to greet somebody who starts: there is no stored connection and no month. A month may be there without a
 * connection, where a scheduler gave the command its addresses and the secret; it must be shown.
 *
 * @param months those that hold anything.
 */
export function isFirstUse(
  connections: readonly unknown[],
  sample: boolean,
  months: readonly string[],
): boolean {
  return connections.length === 0 && !sample && months.length === 0;
}
