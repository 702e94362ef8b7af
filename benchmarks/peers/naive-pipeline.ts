import sharp, { type Sharp } from 'sharp';

/**
 * The image worker as a good engineer writes it first, from sharp's pages: a pipeline per output, turned upright,
 * within the box, and everything else as sharp has it (https://sharp.pixelplumbing.com/api-resize,
 * https://sharp.pixelplumbing.com/api-output).
 */
export function makeOutput(bytes: Buffer, side: number, format: 'avif' | 'webp' | 'jpeg'): Promise<Buffer> {
  return resizeNaively(bytes, side).toFormat(format).toBuffer();
}

export function resizeNaively(bytes: Buffer, side: number): Sharp {
  return sharp(bytes).autoOrient().resize(side, side, { fit: 'inside', withoutEnlargement: true });
}
