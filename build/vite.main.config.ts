/** The main process and its worker threads: ES modules for Electron's Node, with everything but native modules bundled. */
import { join } from 'node:path';
import { defineConfig } from 'vite';
import { DIST, NATIVE, ROOT } from './layout.ts';

export default defineConfig({
  root: ROOT,
  logLevel: 'warn',
  publicDir: false,
  ssr: { target: 'node', noExternal: true, external: ['electron', ...NATIVE] },
  build: {
    ssr: true,
    outDir: join(DIST, 'main'),
    emptyOutDir: true,
    target: 'node24',
    minify: false,
    sourcemap: true,
    rolldownOptions: {
      // The last two are started by their files' names (`electron/ingest/page-workers.ts`, `electron/workspace/probe.ts`).
      input: {
        main: join(ROOT, 'electron', 'main.ts'),
        'page-worker': join(ROOT, 'electron', 'ingest', 'page-worker.ts'),
        'probe-database': join(ROOT, 'electron', 'workspace', 'probe-database.ts'),
      },
      output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
    },
  },
});
