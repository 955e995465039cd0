import type { Topic } from '../../shared/contract.ts';

/** What a sync may change on the screens. */
export const syncTopics: readonly Topic[] = ['months', 'month', 'pages', 'attempts', 'compare', 'drift'];

/** What a reconciliation may change. */
export const reconTopics: readonly Topic[] = ['month', 'compare', 'breaks', 'close'];
