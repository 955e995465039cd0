/** The bridge: one named method a channel, one subscription an event, and nothing else of Electron. */
import { contextBridge, ipcRenderer } from 'electron';
import { EVENT_CHANNELS, INVOKE } from '../shared/contract.ts';

const methods = Object.fromEntries(
  Object.keys(INVOKE).map((channel) => [channel, (args: unknown) => ipcRenderer.invoke(channel, args)]),
);

const on = Object.fromEntries(
  EVENT_CHANNELS.map((channel) => [
    channel,
    (listener: (payload: unknown) => void) => {
      const heard = (_event: unknown, payload: unknown): void => listener(payload);
      ipcRenderer.on(channel, heard);
      return () => {
        ipcRenderer.off(channel, heard);
      };
    },
  ]),
);

contextBridge.exposeInMainWorld('tieout', { ...methods, on });
