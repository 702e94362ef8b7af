import { makeShowcaseImage, SHOWCASE_SIZE } from './showcase';
import { makeWaves } from './waves';
import type { ImageFile } from '../picture';

/** First what people upload, and then as many small ones as are asked for. The same number always gives the same picture. */
export async function makeSample(n: number): Promise<ImageFile> {
  return n < SHOWCASE_SIZE ? makeShowcaseImage(n) : makeWaves(n - SHOWCASE_SIZE);
}
