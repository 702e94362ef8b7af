import type { Sharp } from 'sharp';
import type { Size } from './job';
import type { VariantFormat } from '../../../src/contract';

/**
 * In an image with fewer pixels, each pixel is visible: colours at half the resolution lose visible detail and save
 * hardly a byte.
 */
const SMALL = 160 * 160;

/**
 * A lossy WebP always has its colours at half the resolution. Up to 64 × 64 pixels, one without loss costs 5 KB more at
 * most (of four photographs).
 */
const TINY = 64 * 64;

/**
 * Tuned against sharp's defaults: a tenth of the CPU at equal quality, for at most 14 % more bytes (`npm run benchmark
 * -- imaging quality`).
 */
export const ENCODERS: Record<VariantFormat, (image: Sharp, size: Size, quality?: number) => Sharp> = {
  // Colours at half the resolution are a fifth less work, and all that many decoders in hardware take.
  avif: (image, size, quality) => isSmall(size)
    ? image.avif({ quality: quality ?? 64, effort: 2 })
    : image.avif({ quality: quality ?? 55, effort: 1, chromaSubsampling: '4:2:0' }),
  webp: (image, size, quality = 81) => isTiny(size)
    ? image.webp({ lossless: true, effort: 2 })
    : image.webp({ quality, effort: 2, smartSubsample: isSmall(size) }),
  jpeg: (image, size, quality = 81) => image.flatten({ background: '#ffffff' })
    .jpeg({ quality, progressive: true, chromaSubsampling: isSmall(size) ? '4:4:4' : '4:2:0' }),
  // Without loss, so that quality means nothing: sharp would take it for a palette.
  png: image => image.png(),
};

export function isSmall({ width, height }: Size): boolean {
  return width * height < SMALL;
}

export function isTiny({ width, height }: Size): boolean {
  return width * height <= TINY;
}
