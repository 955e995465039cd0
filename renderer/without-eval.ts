/** The page's content policy forbids code made from text, which zod would try for speed. Loaded before any schema. */
import { config } from 'zod';

config({ jitless: true });
