import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './bundles';

const FILES = join(ROOT, '..', 'shared', 'corpus', 'files');

/** What cameras wrote: a city, fish in a pond, a monument, and pebbles on a beach, held upright. 8 to 16 megapixels. */
const PHOTOS = ['8ee18f55a06b4b4a.jpg', '47fb9b22a091211a.jpg', '9a23e300f676b0cf.jpg', '08809ff5bcc6e43f.jpg'];

/** Paths of four real photographs. Their licences vary, so they are used in place. */
export function photos(): string[] {
  const paths = PHOTOS.map(name => join(FILES, name));
  const missing = paths.find(path => !existsSync(path));
  if (missing !== undefined) {
    throw new Error(`real photographs must lie in ../shared/corpus/files, beside the checkout, got: no file ${missing}; the other benchmarks need none`);
  }
  return paths;
}

/** The one of twelve megapixels. */
export function twelveMegapixels(): string {
  return photos()[0];
}
