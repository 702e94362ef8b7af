import { makeShowpiece, SHOWCASE_SIZE } from './showcase';
import { makeWaves } from './waves';
import type { Picture } from '../picture';

/** First what people upload, and then as many small ones as are asked for. The same number always gives the same picture. */
export async function makePicture(n: number): Promise<Picture> {
  return n < SHOWCASE_SIZE ? makeShowpiece(n) : makeWaves(n - SHOWCASE_SIZE);
}
