/** The source text of the two scripts that a page gets before its own. */
import { makeCodec } from './codec.ts';
import { installPageWorld, installPreloadWorld, makeLink, type WorldsConfig } from './worlds.ts';

/** For the page's own world. */
export function pageWorldScript(config: WorldsConfig): string {
  return `(() => {
const makeCodec = ${makeCodec};
const makeLink = ${makeLink};
(${installPageWorld})(makeLink(makeCodec, ${JSON.stringify(config.secret)}, 'page', 'preload'));
})();`;
}

/**
 * For the preload script's world.
 * @param preload the preload script's source; empty where the window has none.
 */
export function preloadWorldScript(config: WorldsConfig, preload: string): string {
  return `(() => {
const makeCodec = ${makeCodec};
const makeLink = ${makeLink};
const config = ${JSON.stringify(config)};
(${installPreloadWorld})(makeCodec, makeLink(makeCodec, config.secret, 'preload', 'page'), config, (require, module, exports, process) => {
${preload}
});
})();`;
}
