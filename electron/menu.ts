import type { MenuItemConstructorOptions } from 'electron';
import type { MainEvents } from '../shared/contract.ts';

type Command = MainEvents['command']['command'];

/** The application menu: what the Month screen does, with the keys it does it by. */
export function menuTemplate(run: (command: Command) => void): MenuItemConstructorOptions[] {
  const item = (label: string, accelerator: string, command: Command): MenuItemConstructorOptions => ({
    label,
    accelerator,
    click: () => run(command),
  });
  return [
    ...(process.platform === 'darwin' ? [{ role: 'appMenu' } as const] : []),
    {
      label: 'Month',
      submenu: [
        item('Sync', 'CmdOrCtrl+S', 'sync'),
        item('Import ledger...', 'CmdOrCtrl+I', 'import'),
        item('Reconcile', 'CmdOrCtrl+R', 'reconcile'),
        item('Verify hashes', 'CmdOrCtrl+Shift+H', 'verify'),
        item('Export report...', 'CmdOrCtrl+E', 'export'),
        { type: 'separator' },
        process.platform === 'darwin' ? { role: 'close' } : { role: 'quit' },
      ],
    },
    { role: 'editMenu' },
    {
      // Electron's own view menu would reload the window on the key that reconciles.
      label: 'View',
      submenu: [
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { type: 'separator' },
        { role: 'togglefullscreen' },
      ],
    },
    { role: 'windowMenu' },
  ];
}
