import type { Scanner } from '../domain/ports';

/** Without a scanner, the decoder's sandbox is the protection against hostile originals. */
export const noScanner: Scanner = { scan: async () => 'clean' };
