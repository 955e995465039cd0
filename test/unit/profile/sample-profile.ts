/** A small profile to vary, as text with a line for each member that tests change. */

/** Members of a settlements resource beside its path. */
export function profileWith(
  settlements: Readonly<Record<string, unknown>>,
  more: Readonly<Record<string, unknown>> = {},
): string {
  return JSON.stringify(
    {
      profile: 1,
      name: 'sample',
      revision: 1,
      ...more,
      resources: { settlements: { path: '/api/settlements', ...settlements } },
    },
    null,
    2,
  );
}
