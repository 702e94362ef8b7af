import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './scripts';

/** The AV1 decoder for sequences, and for layered or deep stills, with the licences of its parts (decisions/0015). */
export const AV1_FOLDER = join(ROOT, 'lambda', 'imaging', 'av1');

/** The file's name; a decoder's script reads it from its own folder. */
export const AV1_LIBRARY = 'av1.wasm';

export function copyAv1Library(folder: string): void {
  copyFileSync(join(AV1_FOLDER, AV1_LIBRARY), join(folder, AV1_LIBRARY));
}
