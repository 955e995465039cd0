/** What a vendor's API lists for a month. */
export const RESOURCES = ['settlements', 'trades', 'curves'] as const;
export type Resource = (typeof RESOURCES)[number];
