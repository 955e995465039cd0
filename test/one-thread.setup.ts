/** Setup files are read anew for each file of tests, what they import once for each process. */
import './one-thread.ts';
