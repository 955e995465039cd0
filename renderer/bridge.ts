/** The renderer's only way to the main process: typed access to `window.tieout`, with errors as exceptions. */
import type { Bridge } from '../shared/contract.ts';
import type { BridgeError } from './answer.ts';

export { answered, BridgeError } from './answer.ts';

declare global {
  interface Window {
    readonly tieout: Bridge;
  }
}

declare module '@tanstack/react-query' {
  interface Register {
    defaultError: BridgeError;
  }
}

export function bridge(): Bridge {
  return window.tieout;
}
