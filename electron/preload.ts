/** The bridge: one named method a channel, one subscription an event, and nothing else of Electron. */
import { contextBridge, ipcRenderer, webUtils } from 'electron';
import { EVENT_CHANNELS, INVOKE } from '../shared/contract.ts';
import { DROP_CHANNEL } from '../shared/drop-channel.ts';

type DroppedFile = Parameters<typeof webUtils.getPathForFile>[0];

/** The page's document, as far as it is used here. */
declare const document: {
  addEventListener(
    type: 'drop',
    listener: (event: {
      readonly isTrusted: boolean;
      readonly dataTransfer: { readonly files: Iterable<DroppedFile> } | null;
    }) => void,
  ): void;
};

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

/**
 * Paths of dropped files go from here to the main process and never through the page, which could otherwise name any file.
 * A drop that the page made up itself is not trusted.
 */
document.addEventListener('drop', (event) => {
  const files = [...(event.dataTransfer?.files ?? [])];
  if (!event.isTrusted || files.length === 0) return;
  const paths = files.map((file) => webUtils.getPathForFile(file)).filter((path) => path !== '');
  if (paths.length > 0) ipcRenderer.send(DROP_CHANNEL, paths);
});
