/** The renderer: files that a strict content security policy loads as they are; nothing inline, no data: URLs. */
import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { DIST, ROOT } from './layout.ts';

export default defineConfig({
  root: join(ROOT, 'renderer'),
  base: './',
  logLevel: 'warn',
  plugins: [react()],
  build: {
    outDir: join(DIST, 'renderer'),
    emptyOutDir: true,
    target: 'es2024',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: true,
    // Local files: a large one costs nothing on the wire.
    chunkSizeWarningLimit: 4096,
  },
});
