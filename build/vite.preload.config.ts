/** The preload script: one CommonJS file, because a sandboxed preload can require only `electron`. */
import { join } from 'node:path';
import { defineConfig } from 'vite';
import { DIST, ROOT } from './layout.ts';

export default defineConfig({
  root: ROOT,
  logLevel: 'warn',
  publicDir: false,
  ssr: { target: 'webworker', noExternal: true, external: ['electron'] },
  build: {
    ssr: join(ROOT, 'electron', 'preload.ts'),
    outDir: join(DIST, 'preload'),
    emptyOutDir: true,
    target: 'es2024',
    minify: false,
    sourcemap: false,
    rolldownOptions: {
      output: { format: 'cjs', entryFileNames: 'preload.cjs', codeSplitting: false },
    },
  },
});
