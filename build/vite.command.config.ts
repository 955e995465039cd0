/** The `tieout` command and its worker threads as few files: a process that tests start is ready in half the time. */
import { join } from 'node:path';
import { defineConfig } from 'vite';
import { COMMAND, NATIVE, ROOT } from './layout.ts';

export default defineConfig({
  root: ROOT,
  logLevel: 'warn',
  publicDir: false,
  ssr: { target: 'node', noExternal: true, external: [...NATIVE] },
  build: {
    ssr: true,
    outDir: COMMAND,
    emptyOutDir: true,
    target: 'node24',
    minify: false,
    rolldownOptions: {
      // All but the first are started by their files' names.
      input: {
        cli: join(ROOT, 'electron', 'cli.ts'),
        'page-worker': join(ROOT, 'electron', 'ingest', 'page-worker.ts'),
        'probe-database': join(ROOT, 'electron', 'workspace', 'probe-database.ts'),
        'vendor-worker': join(ROOT, 'electron', 'demo', 'vendor-worker.ts'),
      },
      output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
    },
  },
});
