import { createHash } from 'node:crypto';
import { join } from 'node:path';

const IMAGES = join(__dirname, '..', '..', 'docs', 'images');

export const PICTURE = join(IMAGES, 'dashboard.png');
/** Beside the picture: the hash of the SVG that it was drawn from. */
export const PICTURE_HASH = join(IMAGES, 'dashboard.svg.sha256');

export function computeHash(svg: string): string {
  return createHash('sha256').update(svg).digest('hex');
}
