import { makeShowcaseImage, SHOWCASE_SIZE } from './showcase';
import { makeWaves } from './waves';
import type { ImageFile } from '../image-file';

/** The first numbers give realistic images, the others small generated ones. A number always gives the same image. */
export async function makeSample(n: number): Promise<ImageFile> {
  return n < SHOWCASE_SIZE ? makeShowcaseImage(n) : makeWaves(n - SHOWCASE_SIZE);
}
