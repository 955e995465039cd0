/** The main process: one ES module for Electron's Node, with everything but native modules bundled. */
import { join } from 'node:path';
import { defineConfig } from 'vite';
import { DIST, NATIVE, ROOT } from './layout.ts';

export default defineConfig({
  root: ROOT,
  logLevel: 'warn',
  publicDir: false,
  ssr: { target: 'node', noExternal: true, external: ['electron', ...NATIVE] },
  build: {
    ssr: join(ROOT, 'electron', 'main.ts'),
    outDir: join(DIST, 'main'),
    emptyOutDir: true,
    target: 'node24',
    minify: false,
    sourcemap: true,
    rolldownOptions: {
      output: { format: 'es', entryFileNames: 'main.js', chunkFileNames: '[name]-[hash].js' },
    },
  },
});
