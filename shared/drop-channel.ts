/** Of paths of files that were dropped on the window: from the preload script to the main process, not for the page. */
export const DROP_CHANNEL = 'drop.paths';
