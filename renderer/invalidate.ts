/** What the main process has may have changed: everything under a key is asked for anew. */
import type { Query, QueryClient } from '@tanstack/react-query';

/** An answer that the library would let stand: the first one of a query, or one that nobody looks at now. */
function standsThough(query: Query): boolean {
  return query.state.fetchStatus === 'fetching' && (query.state.data === undefined || !query.isActive());
}

/**
 * The library's own invalidation forgets itself where an answer is on the way that it does not drop: that answer may be
 * from before the change, and would count as fresh for good. Such a query is invalidated again once it is answered.
 *
 * @param key the first part of the keys that are meant; all of them without it.
 * @returns when all that is on the screen has been answered anew.
 */
export async function invalidate(client: QueryClient, key?: string): Promise<void> {
  const filters = key === undefined ? {} : { queryKey: [key] };
  const stale = client
    .getQueryCache()
    .findAll({ ...filters, predicate: standsThough })
    .map(async (query) => {
      await query.fetch().catch(() => undefined);
      await client.invalidateQueries({ queryKey: query.queryKey, exact: true });
    });
  await Promise.all([client.invalidateQueries(filters), ...stale]);
}
