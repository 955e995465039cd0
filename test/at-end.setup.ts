/** Read anew for each file of tests, also where these share a process. */
import { afterAll } from 'vitest';
import { endAll } from './at-end.ts';

afterAll(endAll);
