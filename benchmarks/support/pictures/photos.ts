import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { corpusFolder } from '../../../test/support/corpus';

/** Camera files: a city, fish in a pond, a monument, and pebbles on a beach, held upright. 8 to 16 megapixels. */
const PHOTOS = ['8ee18f55a06b4b4a.jpg', '47fb9b22a091211a.jpg', '9a23e300f676b0cf.jpg', '08809ff5bcc6e43f.jpg'];

/** Paths of four real photographs. Their licences vary, so they are used in place. */
export function listPhotos(): string[] {
  return PHOTOS.map(name => join(corpusFolder, 'files', name));
}

/** The path of a missing photograph. */
export function findMissingPhoto(): string | undefined {
  return listPhotos().find(path => !existsSync(path));
}

/** The photograph of twelve megapixels. */
export function locateTwelveMegapixels(): string {
  return listPhotos()[0];
}
