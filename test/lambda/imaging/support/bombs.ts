import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Beside the corpus of test/support/corpus.ts and, like it, used in place: small files that are huge to a decoder. */
const BOMBS = join(__dirname, '..', '..', '..', '..', '..', 'shared', 'corpus', 'bombs');

export function bombNames(): string[] {
  return existsSync(BOMBS) ? readdirSync(BOMBS).sort() : [];
}

export function readBomb(name: string): Buffer {
  return readFileSync(join(BOMBS, name));
}
