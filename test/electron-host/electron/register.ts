/** Loaded before the app's main script: `electron` is the host's module from here on. */
import { registerHooks } from 'node:module';

const HOST = new URL('./electron.ts', import.meta.url).href;

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron' || specifier === 'electron/main'
      ? { url: HOST, format: 'module', shortCircuit: true }
      : next(specifier, context),
});
